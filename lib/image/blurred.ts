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
      for (let col = 0; col < cols; col++) {
        let sum = 0;
        for (let tap = 0; tap < taps.length; tap++) sum += taps[tap]! * line[col + tap]!;
        to[first + col] = sum;
      }
    }
  });
  return to;
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
        const [weight, first] = [taps[tap]!, (at - row + near) * cols];
        for (let col = 0; col < cols; col++) sums[col]! += weight * from[first + col]!;
      }
      to.set(sums, at * cols);
    }
  });
  return to;
}
