import { inBlocks, type Steps } from '../steps.js';
import { gaussianTaps } from './gaussian.js';

/**
 * Planes smoothed by a Gaussian, beyond whose rim the nearest pixel goes on.
 *
 * @param planes  dense [channels, rows, cols]
 * @param size    rows and cols
 * @param sigma   in pixels
 */
export function* blurred(
  planes: Float32Array,
  [rows, cols]: readonly [number, number],
  sigma: number,
): Steps<Float32Array> {
  const taps = gaussianTaps(sigma);
  const across = yield* blurredAcross(planes, cols, taps);
  return yield* blurredDown(across, [rows, cols], taps);
}

/** Lines of `cols` elements, one after the other. */
function* blurredAcross(from: Float32Array, cols: number, taps: Float32Array): Steps<Float32Array> {
  const to = new Float32Array(from.length);
  const radius = taps.length >> 1;
  const line = new Float32Array(cols + 2 * radius);
  yield* inBlocks(from.length / cols, cols * taps.length, (begin, end) => {
    for (let row = begin; row < end; row++) {
      const first = row * cols;
      line.fill(from[first]!, 0, radius);
      line.set(from.subarray(first, first + cols), radius);
      line.fill(from[first + cols - 1]!, radius + cols);
      sumAcross(line, taps, to, first, first + cols);
    }
  });
  return to;
}

/** Pixels [first, end) of a line that has half the taps more before its first pixel and behind its last. */
function sumAcross(line: Float32Array, taps: Float32Array, to: Float32Array, first: number, end: number): void {
  for (let at = first; at < end; at++) {
    let sum = 0;
    for (let tap = 0; tap < taps.length; tap++) sum += taps[tap]! * line[at - first + tap]!;
    to[at] = sum;
  }
}

/** The same over rows, each of which is the sum of whole rows: neighbours in a column lie far apart. */
function* blurredDown(
  from: Float32Array,
  [rows, cols]: readonly [number, number],
  taps: Float32Array,
): Steps<Float32Array> {
  const to = new Float32Array(from.length);
  const radius = taps.length >> 1;
  const sums = new Float64Array(cols);
  yield* inBlocks(from.length / cols, cols * taps.length, (begin, end) => {
    for (let at = begin; at < end; at++) {
      const row = at % rows;
      sums.fill(0);
      for (let tap = 0; tap < taps.length; tap++) {
        const near = Math.min(Math.max(row + tap - radius, 0), rows - 1);
        addRow(sums, taps[tap]!, from, (at - row + near) * cols);
      }
      to.set(sums, at * cols);
    }
  });
  return to;
}

/** Adds a weight times the row that begins at `first`. */
function addRow(sums: Float64Array, weight: number, from: Float32Array, first: number): void {
  for (let col = 0; col < sums.length; col++) sums[col]! += weight * from[first + col]!;
}
