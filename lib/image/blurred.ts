import { inBlocks, type Steps } from '../steps.js';
import { gaussianTaps, radiusOf } from './gaussian.js';

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
  const across = yield* smoothed(planes, { line: cols, step: 1, lines: planes.length / cols }, sigma);
  // The columns of a channel lie side by side, one element apart.
  return yield* smoothed(across, { line: rows, step: cols, lines: planes.length / rows }, sigma);
}

/** Lines of `line` elements, `step` apart. */
interface Lines {
  readonly line: number;
  readonly step: number;
  readonly lines: number;
}

function* smoothed(from: Float32Array, { line, step, lines }: Lines, sigma: number): Steps<Float32Array> {
  const [taps, radius] = [gaussianTaps(sigma), radiusOf(sigma)];
  const to = new Float32Array(from.length);
  yield* inBlocks(lines, line * taps.length, (begin, end) => {
    for (let i = begin; i < end; i++) {
      const first = Math.floor(i / step) * step * line + (i % step);
      for (let at = 0; at < line; at++) {
        let sum = 0;
        for (let tap = -radius; tap <= radius; tap++) {
          const near = Math.min(Math.max(at + tap, 0), line - 1);
          sum += taps[radius + tap]! * from[first + near * step]!;
        }
        to[first + at * step] = sum;
      }
    }
  });
  return to;
}
