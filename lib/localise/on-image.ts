import { array, type ByteArray } from '../ndarray.js';
import { inBlocks, type Steps } from '../steps.js';
import type { WorkImage } from './work-grid.js';

/** A mask of the grid on the image: each pixel has what its centre lies in. */
export function* onImage(mask: Uint8Array, grid: WorkImage, [rows, cols]: readonly [number, number]): Steps<ByteArray> {
  if (rows === grid.rows && cols === grid.cols) return array(mask, [rows, cols]);
  const to = new Uint8Array(rows * cols);
  const from = Int32Array.from({ length: cols }, (_, col) => cellOf(col, cols, grid.cols));
  yield* inBlocks(rows, 2 * cols, (begin, end) => {
    for (let row = begin; row < end; row++) {
      const start = cellOf(row, rows, grid.rows) * grid.cols;
      for (let col = 0, at = row * cols; col < cols; col++, at++) to[at] = mask[start + from[col]!]!;
    }
  });
  return array(to, [rows, cols]);
}

/** Which of `cells` equal parts of a side the centre of its pixel `i` of `pixels` lies in. */
function cellOf(i: number, pixels: number, cells: number): number {
  return Math.floor(((2 * i + 1) * cells) / (2 * pixels));
}
