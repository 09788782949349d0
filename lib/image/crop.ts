import { integer, oneOf } from '../check.js';
import type { Image } from '../ndarray.js';
import { copy, dense, image as imageOf } from './image.js';

/**
 * Cuts a rectangle out of an image.
 *
 * @param image  [rows, cols, channels]
 * @param top    first row, from 0
 * @param left   first column, from 0
 * @param rows   height; top + rows may not exceed the image's
 * @param cols   width; left + cols may not exceed the image's
 * @returns      [rows, cols, channels], a copy
 */
export function crop(image: Image, top: number, left: number, rows: number, cols: number): Image {
  const given = imageOf('crop', 'image', image);
  const [height, width] = given.shape as [number, number, number];
  integer('crop', 'rows', rows, 1, height);
  integer('crop', 'cols', cols, 1, width);
  integer('crop', 'top', top, 0, height - rows);
  integer('crop', 'left', left, 0, width - cols);
  return copy(given.lo(top, left).hi(rows, cols));
}

/**
 * Mirrors an image.
 *
 * @param axis  'horizontal' swaps left and right, 'vertical' top and bottom
 * @returns     an image of the same shape, a copy
 */
export function flip(image: Image, axis: 'horizontal' | 'vertical' = 'horizontal'): Image {
  const given = imageOf('flip', 'image', image);
  const horizontal = oneOf('flip', 'axis', axis, ['horizontal', 'vertical']) === 'horizontal';
  return copy(horizontal ? given.step(1, -1) : given.step(-1, 1));
}

/** EXIF's tag 0x0112: where the first row and column of the file belong in the upright picture. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** The upright picture of a file that states `orientation`; `image` itself for 1. */
export function upright(image: Image, orientation: Orientation): Image {
  const turned = orientation >= 5 ? image.transpose(1, 0, 2) : image;
  const leftRight = [2, 3, 6, 7].includes(orientation);
  const topBottom = [3, 4, 7, 8].includes(orientation);
  return dense(turned.step(topBottom ? -1 : 1, leftRight ? -1 : 1));
}
