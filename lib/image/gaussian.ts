/** Beyond so many standard deviations a Gaussian is left off. */
const reach = 3;

/** How far the taps of a Gaussian reach from their middle. */
export function radiusOf(sigma: number): number {
  return Math.ceil(reach * sigma);
}

/**
 * A Gaussian at the whole numbers from -radius to radius, with the sum 1; for sigma 0 the 1 in the middle.
 *
 * @param radius  default: where it ends by itself
 */
export function gaussianTaps(sigma: number, radius = radiusOf(sigma)): Float32Array {
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => {
    const x = i - radius;
    return x === 0 ? 1 : sigma === 0 ? 0 : Math.exp((-x * x) / (2 * sigma * sigma));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Float32Array.from(weights, (weight) => weight / sum);
}
