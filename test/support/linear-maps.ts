import { array, type Image } from '#lib/ndarray.js';
import { completePreprocessing } from '#lib/net/preprocessing.js';
import { linearNet } from './nets.js';
import { Random } from './random.js';

/** A net whose scores are linear in its input [3, 5, 4], photographs for it, and its maps by hand. */

export const linear = linearNet();
export const photo = (rows: number, cols: number): Image =>
  array(
    Uint8Array.from(new Random(6).normals(rows * cols * 3), (value) => 128 + 40 * value),
    [rows, cols, 3],
  );

/** Eq. 2: for scores that are linear in the input, the map of class c is the channel maximum of |w_c|. */
export function expected(
  cls: number,
  scale: readonly number[] = [1, 1, 1],
  result: 'magnitude' | 'signed' = 'magnitude',
): number[] {
  const weights = linear.weights.get('fc.weight')!.data;
  return Array.from({ length: 20 }, (_, i) => {
    const products = [0, 1, 2].map((c) => weights[cls * 60 + c * 20 + i]! * scale[c]!);
    const best = products.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    return result === 'signed' ? best : Math.abs(best);
  });
}

/** Of the preprocessing: what the pixels / 255 are divided by. */
export const std = [0.5, 0.25, 0.1];
export const preprocessing = completePreprocessing(
  'test',
  { channelOrder: 'BGR', range: 1, mean: [0.1, 0.2, 0.3], std, resize: { rows: 5, cols: 8 }, crop: 'centre' },
  [3, 5, 4],
);

/** What each pixel of an input adds to the score of class c: the sum over channels of its products with w_c. */
export function products(cls: number, input: Float32Array): number[] {
  const weights = linear.weights.get('fc.weight')!.data;
  return Array.from({ length: 20 }, (_, i) =>
    [0, 1, 2].reduce((sum, c) => sum + weights[cls * 60 + c * 20 + i]! * input[c * 20 + i]!, 0),
  );
}
