import { array, type ByteArray } from '../ndarray.js';
import { inBlocks, type Steps } from '../steps.js';
import type { WorkImage } from './work-grid.js';

/** A mask of the grid on the image: each pixel has what its centre lies in. */
export function* onImage(mask: Uint8Array, grid: WorkImage, [rows, cols]: readonly [number, number]): Steps<ByteArray> {
  if (rows === grid.rows && cols === grid.cols) return array(mask, [rows, cols]);
  const to = new Uint8Array(rows * cols);
  const from = Int32Array.from({ length: cols }, (_, col) => cellOf(col, cols, grid.cols));
  yield* inBlocks(rows, cols / 2, (begin, end) => {
    for (let row = begin; row < end; row++) {
      const [at, cell] = [row * cols, cellOf(row, rows, grid.rows)];
      const isCopy = row > 0 && cell === cellOf(row - 1, rows, grid.rows);
      if (isCopy) to.copyWithin(at, at - cols, at);
      else for (let col = 0; col < cols; col++) to[at + col] = mask[cell * grid.cols + from[col]!]!;
    }
  });
  return array(to, [rows, cols]);
}

/** Which of `cells` equal parts of a side the centre of its pixel `i` of `pixels` lies in. */
function cellOf(i: number, pixels: number, cells: number): number {
  return Math.floor(((2 * i + 1) * cells) / (2 * pixels));
}
