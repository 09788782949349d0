import { nearestPixels } from '../image/framing.js';
import { array, type ByteArray } from '../ndarray.js';
import { inBlocks, type Steps } from '../steps.js';
import { boxOnImage } from './box.js';
import type { WorkImage } from './work-grid.js';

/** A mask of the grid on the image: each pixel has what its centre lies in. */
export function* onImage(mask: Uint8Array, grid: WorkImage, [rows, cols]: readonly [number, number]): Steps<ByteArray> {
  if (rows === grid.rows && cols === grid.cols) return array(mask, [rows, cols]);
  const to = new Uint8Array(rows * cols);
  const [fromRows, from] = [nearestPixels(grid.rows, rows), nearestPixels(grid.cols, cols)];
  yield* inBlocks(rows, cols / 2, (begin, end) => {
    for (let row = begin; row < end; row++) {
      const [at, cell] = [row * cols, fromRows[row]!];
      const isCopy = row > 0 && cell === fromRows[row - 1];
      if (isCopy) to.copyWithin(at, at - cols, at);
      else pick(mask, cell * grid.cols, from, to, at);
    }
  });
  return array(to, [rows, cols]);
}

/** A row of `to`, which begins at `at`, from columns of a row of the mask, which begins at `first`. */
function pick(mask: Uint8Array, first: number, columns: ArrayLike<number>, to: Uint8Array, at: number): void {
  for (let col = 0; col < columns.length; col++) to[at + col] = mask[first + columns[col]!]!;
}

/**
 * An object of the grid on the image, at least one pixel of it: where the grid is finer than the image, no pixel's centre
 * may lie in the object, which then is every pixel that it touches.
 */
export function* objectOnImage(mask: Uint8Array, grid: WorkImage, size: readonly [number, number]): Steps<ByteArray> {
  const object = yield* onImage(mask, grid, size);
  return object.data.includes(1) ? object : touched(mask, grid, size);
}

/** 1 for each pixel of the image that a one of the grid, of which there are few, overlaps. */
function touched(mask: Uint8Array, grid: WorkImage, [rows, cols]: readonly [number, number]): ByteArray {
  const to = new Uint8Array(rows * cols);
  for (let at = mask.indexOf(1); at >= 0; at = mask.indexOf(1, at + 1)) {
    const [row, col] = [Math.floor(at / grid.cols), at % grid.cols];
    const one = { xmin: col, ymin: row, xmax: col, ymax: row };
    const { xmin, ymin, xmax, ymax } = boxOnImage(one, [grid.rows, grid.cols], [rows, cols]);
    for (let y = ymin; y <= ymax; y++) to.fill(1, y * cols + xmin, y * cols + xmax + 1);
  }
  return array(to, [rows, cols]);
}
