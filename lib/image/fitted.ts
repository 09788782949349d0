import type { Image } from '../ndarray.js';
import { resize } from './resize.js';

/** A picture scaled to touch two sides of `size` [rows, cols] from within. */
export function fitted(picture: Image, [rows, cols]: readonly [number, number]): Image {
  const [height, width] = picture.shape as [number, number];
  const scale = Math.min(rows / height, cols / width);
  const side = (length: number, most: number) => Math.min(most, Math.max(1, Math.round(length * scale)));
  return resize(picture, [side(height, rows), side(width, cols)]);
}
