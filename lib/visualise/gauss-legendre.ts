/** A rule for integrals from 0 to 1: the sum over points a_s of weight w_s times the integrand there. */
export interface Quadrature {
  /** In rising order, between 0 and 1. */
  readonly points: Float64Array;
  /** Their sum is 1. */
  readonly weights: Float64Array;
}

/**
 * Gauss and Legendre's rule, exact for polynomials up to degree 2n - 1: the points are the roots z of Legendre's
 * polynomial P_n, laid from [-1, 1] onto [0, 1], the weights 1 / ((1 - z^2) P_n'(z)^2). Found by Newton's method from
 * cos(pi (s + 3/4) / (n + 1/2)); P_n by P_j = ((2j - 1) z P_{j-1} - (j - 1) P_{j-2}) / j (Abramowitz & Stegun 25.4.29,
 * 22.16.6).
 */
export function gaussLegendre(n: number): Quadrature {
  const [points, weights] = [new Float64Array(n), new Float64Array(n)];
  for (let s = 0; s < n; s++) {
    let z = Math.cos((Math.PI * (s + 0.75)) / (n + 0.5));
    // Three would do: the start is within 1/n^3 or so, and each step squares the error.
    for (let step = 0; step < 6; step++) z -= legendre(n, z).ratio;
    points[s] = (1 - z) / 2;
    weights[s] = 1 / ((1 - z * z) * legendre(n, z).slope ** 2);
  }
  return { points, weights };
}

/** P_n'(z), and P_n(z) divided by it. */
function legendre(n: number, z: number): { readonly slope: number; readonly ratio: number } {
  let [before, value] = [1, z];
  for (let j = 2; j <= n; j++) [before, value] = [value, ((2 * j - 1) * z * value - (j - 1) * before) / j];
  const slope = (n * (before - z * value)) / (1 - z * z);
  return { slope, ratio: value / slope };
}
