import { finite, integer, positive } from '../check.js';
import type { Box } from '../image/box.js';

/** The box around the ones of a mask [rows, cols]; null where there are none. */
export function boxAround(mask: Uint8Array, cols: number): Box | null {
  const rows = mask.length / cols;
  let [xmin, xmax, ymin, ymax] = [cols, -1, rows, -1];
  for (let row = 0; row < rows; row++) {
    const line = mask.subarray(row * cols, (row + 1) * cols);
    const first = line.indexOf(1);
    if (first < 0) continue;
    xmin = Math.min(xmin, first);
    xmax = Math.max(xmax, line.lastIndexOf(1));
    ymin = Math.min(ymin, row);
    ymax = row;
  }
  return ymax < 0 ? null : { xmin, ymin, xmax, ymax };
}

/**
 * A box of a grid on the image that the grid was resized from, which all pixels that it touches belong to:
 * xmin = floor(x0 s), xmax = ceil((x1 + 1) s) - 1 with s = columns of the image / columns of the grid, and rows alike.
 */
export function boxOnImage(
  { xmin, ymin, xmax, ymax }: Box,
  [gridRows, gridCols]: readonly [number, number],
  [rows, cols]: readonly [number, number],
): Box {
  // Products of integers, so that quotients which are whole are exactly so.
  return {
    xmin: Math.floor((xmin * cols) / gridCols),
    ymin: Math.floor((ymin * rows) / gridRows),
    xmax: Math.ceil(((xmax + 1) * cols) / gridCols) - 1,
    ymax: Math.ceil(((ymax + 1) * rows) / gridRows) - 1,
  };
}

/** The box of a whole image: what to beat. */
export function wholeImageBox(rows: number, cols: number): Box {
  integer('wholeImageBox', 'rows', rows, 1);
  integer('wholeImageBox', 'cols', cols, 1);
  return { xmin: 0, ymin: 0, xmax: cols - 1, ymax: rows - 1 };
}

/**
 * The box in an image's middle whose sides are a share of the image's: what to beat on pictures of objects, which most
 * photographers put there.
 *
 * @param share  above 0 to 1; default 0.7, so about half the area. Sides are rounded to pixels, at least one; where the
 *               rest is odd, the box lies half a pixel further up or left.
 */
export function centredBox(rows: number, cols: number, share = 0.7): Box {
  integer('centredBox', 'rows', rows, 1);
  integer('centredBox', 'cols', cols, 1);
  finite('centredBox', 'share', positive('centredBox', 'share', share), 0, 1);
  const [high, wide] = [rows, cols].map((side) => Math.max(1, Math.round(side * share))) as [number, number];
  const [top, left] = [Math.floor((rows - high) / 2), Math.floor((cols - wide) / 2)];
  return { xmin: left, ymin: top, xmax: left + wide - 1, ymax: top + high - 1 };
}
