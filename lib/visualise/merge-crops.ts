import { array, elements } from '../ndarray.js';
import { atOnce, inBlocks, type Steps } from '../steps.js';
import type { View } from '../net/view.js';
import { framed, type FramedMap } from '../image/framed-map.js';

/** How the maps of crops that overlap become one: by the number of maps that cover the pixel, or by that of all maps. */
export type Merge = 'coverage' | 'sum';
export const merges: readonly Merge[] = ['coverage', 'sum'];

/**
 * "We computed 10 saliency maps on the 10 sub-images, and then averaged them" (Sect. 3.1): each map, mirrored back where
 * its crop was mirrored, is added at the place of its crop in the rescaled image.
 *
 * Choice: 'coverage' divides each pixel's sum by the number of maps that cover it, so that the middle, which more crops
 * see, is not brighter for that; 'sum' divides by the number of all maps. Maps are averaged as they are: magnitudes
 * after the maximum over channels, and signed values, which may cancel.
 *
 * @param maps   of each crop, dense [rows, cols]
 * @param view   where the crops lie
 * @param merge  'coverage' or 'sum'
 * @returns      [rows, cols] of the rescaled image; 0, and not `seen`, where no crop was
 */
export function mergeCrops(maps: readonly Float32Array[], view: View, merge: Merge): FramedMap {
  return atOnce(mergingCrops(maps, view, merge));
}

/** The same in steps. */
export function* mergingCrops(
  maps: readonly Float32Array[],
  { resized, size, crops }: View,
  merge: Merge,
): Steps<FramedMap> {
  const [rows, cols] = size;
  const width = resized[1];
  const sums = new Float32Array(elements(resized));
  const covering = new Uint8Array(sums.length);
  for (const [i, { top, left, mirrored }] of crops.entries()) {
    const map = maps[i]!;
    for (let row = 0; row < rows; row++) {
      const to = (top + row) * width + left;
      const from = row * cols;
      for (let col = 0; col < cols; col++) {
        sums[to + col]! += map[from + (mirrored ? cols - 1 - col : col)]!;
        covering[to + col]!++;
      }
    }
    yield;
  }
  const divisor = merge === 'coverage' ? null : crops.length;
  yield* inBlocks(sums.length, 4, (begin, end) => divide(sums, covering, divisor, begin, end));
  return framed(array(sums, resized), covering);
}

/** By a divisor or, if that is null, by the maps that cover a pixel; of these it then remembers that there are some. */
function divide(sums: Float32Array, covering: Uint8Array, divisor: number | null, begin: number, end: number): void {
  for (let i = begin; i < end; i++) {
    if (covering[i] === 0) continue;
    sums[i]! /= divisor ?? covering[i]!;
    covering[i] = 1;
  }
}
