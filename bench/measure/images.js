import { Random } from './random.js';

/** Grids of 2^k + 1 points on each side, from coarse structures to single pixels. */
const octaves = [1, 2, 3, 4, 5, 6, 7, 8];
/** Standard deviation of the sum, in grey levels: that of photographs. */
const contrast = 60;

/**
 * Inputs that differ from each other as photographs do: sums of random grids, coarse ones as strong as fine ones (the
 * spectrum of photographs, 1 / frequency). White noise would look the same everywhere to a network, and the same units
 * would be active for every input.
 *
 * @returns  float32 [count, channels, rows, cols], row-major
 */
export function makeImages(count, [channels, rows, cols], seed) {
  const random = new Random(seed);
  const images = new Float32Array(count * channels * rows * cols);
  for (let plane = 0; plane < count * channels; plane++) {
    const pixels = images.subarray(plane * rows * cols, (plane + 1) * rows * cols);
    for (const octave of octaves) addGrid(pixels, rows, cols, 2 ** octave, random);
  }
  return images;
}

/** Adds a random grid of side + 1 points in each direction, interpolated bilinearly. */
function addGrid(pixels, rows, cols, side, random) {
  const grid = Float32Array.from({ length: (side + 1) ** 2 }, () => random.uniform());
  // Uniform numbers in [-1, 1) have the variance 1/3, which the interpolation takes to 4/9 of that on average.
  const scale = contrast / Math.sqrt((octaves.length * 4) / 27);
  const [down, across] = [places(rows, side), places(cols, side)];
  for (let row = 0; row < rows; row++) {
    const [top, v] = down[row];
    for (let col = 0; col < cols; col++) {
      const [left, u] = across[col];
      const at = top * (side + 1) + left;
      const upper = grid[at] + u * (grid[at + 1] - grid[at]);
      const lower = grid[at + side + 1] + u * (grid[at + side + 2] - grid[at + side + 1]);
      pixels[row * cols + col] += scale * (upper + v * (lower - upper));
    }
  }
}

/** For each pixel the grid point before it and how far it is from there, in [0, 1). */
function places(pixels, side) {
  return Array.from({ length: pixels }, (_, i) => {
    const at = ((i + 0.5) / pixels) * side;
    return [Math.floor(at), at % 1];
  });
}
