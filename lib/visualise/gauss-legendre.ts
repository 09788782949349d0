import { inSlices, type Steps } from '../steps.js';

/** A rule for integrals from 0 to 1: the sum over points a_s of weight w_s times the integrand there. */
export interface Quadrature {
  /** In rising order, between 0 and 1. */
  readonly points: Float64Array;
  /** Their sum is 1. */
  readonly weights: Float64Array;
}

/** Rules that are kept; they are made of n alone. */
const kept = 8;
const rules = new Map<number, Quadrature>();

/** The rule of n points, made in slices where it is not among those used last. Whoever reads it changes nothing. */
export async function ruleOf(n: number): Promise<Quadrature> {
  const rule = rules.get(n) ?? (await inSlices(gaussLegendre(n)));
  rules.delete(n);
  rules.set(n, rule);
  if (rules.size > kept) rules.delete(rules.keys().next().value!);
  return rule;
}

/**
 * Gauss and Legendre's rule, exact for polynomials up to degree 2n - 1: the points are the roots z of Legendre's
 * polynomial P_n, laid from [-1, 1] onto [0, 1], the weights 1 / ((1 - z^2) P_n'(z)^2). Those of z > 0 are found by
 * Newton's method from cos(pi (s + 3/4) / (n + 1/2)), the others are -z with the same weights; P_n by
 * P_j = ((2j - 1) z P_{j-1} - (j - 1) P_{j-2}) / j (Abramowitz & Stegun 25.4.29, 22.16.6).
 */
export function* gaussLegendre(n: number): Steps<Quadrature> {
  const [points, weights] = [new Float64Array(n), new Float64Array(n)];
  for (let s = 0; s < n / 2; s++) {
    const { z, slope } = root(n, Math.cos((Math.PI * (s + 0.75)) / (n + 0.5)));
    points[s] = (1 - z) / 2;
    points[n - 1 - s] = (1 + z) / 2;
    weights[s] = weights[n - 1 - s] = 1 / ((1 - z * z) * slope ** 2);
    yield;
  }
  return { points, weights };
}

/** The root of P_n near z, and P_n' there. */
function root(n: number, z: number): { readonly z: number; readonly slope: number } {
  // Two or three steps do: the start is within 1/n^3 or so, and each squares the error. Rounding may keep it above 1e-16.
  for (let step = 0; step < 6; step++) {
    const { ratio } = legendre(n, z);
    z -= ratio;
    if (Math.abs(ratio) < 1e-16) break;
  }
  return { z, slope: legendre(n, z).slope };
}

/** P_n'(z), and P_n(z) divided by it. */
function legendre(n: number, z: number): { readonly slope: number; readonly ratio: number } {
  let [before, value] = [1, z];
  for (let j = 2; j <= n; j++) [before, value] = [value, ((2 * j - 1) * z * value - (j - 1) * before) / j];
  const slope = (n * (before - z * value)) / (1 - z * z);
  return { slope, ratio: value / slope };
}
