import { framing } from '../image/framing.js';
import type { FramedMap } from '../image/framed-map.js';
import { inColour } from '../image/in-colour.js';
import { resizing, shortSideSize } from '../image/resize.js';
import { withoutAlpha } from '../image/without-alpha.js';
import { rowMajor, type Image } from '../ndarray.js';
import { inSlices } from '../steps.js';

/** The image on the grid that is cut. */
export interface WorkImage {
  readonly rows: number;
  readonly cols: number;
  /** [rows, cols, 3] grey levels of red, green and blue. */
  readonly colours: Uint8Array;
}

/** The map on the same grid. */
export interface WorkMap {
  /** [rows, cols]. */
  readonly values: Float32Array;
  /** [rows, cols] 1 or 0; null where all was seen. */
  readonly seen: Uint8Array | null;
}

/** So many times as long as wide a grid may be: a line of one pixel would else become one of millions. */
const longest = 16;

/**
 * Choice: an image more than 16 times as long as wide is squeezed to that; its box is scaled by rows and columns apart.
 */
export function workSizeOf(rows: number, cols: number, workSize: number | 'full'): [number, number] {
  if (workSize === 'full') return [rows, cols];
  const [tall, wide] = shortSideSize(rows, cols, workSize);
  return [Math.min(tall, longest * workSize), Math.min(wide, longest * workSize)];
}

/** The image resized to the grid, bicubically and rounded to 8 bits; smaller ones are enlarged. */
export async function workImage(img: Image, workSize: number | 'full'): Promise<WorkImage> {
  const [rows, cols] = workSizeOf(img.shape[0]!, img.shape[1]!, workSize);
  const opaque = await inSlices(withoutAlpha(img));
  const resized = await inSlices(resizing(opaque, [rows, cols], 'bicubic', { top: 0, left: 0, rows, cols }));
  return { rows, cols, colours: (await inSlices(inColour(resized))).data };
}

/** The map on a grid of this size, bilinearly; what was not seen is not seen there. */
export async function workMap(map: FramedMap, [rows, cols]: readonly [number, number]): Promise<WorkMap> {
  const same = map.shape[0] === rows && map.shape[1] === cols;
  const onGrid = same ? map : await inSlices(framing(map, [rows, cols]));
  return { values: rowMajor(onGrid), seen: onGrid.seen && rowMajor(onGrid.seen) };
}
