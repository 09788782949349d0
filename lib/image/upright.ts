import type { Image } from '../ndarray.js';
import { dense } from './image.js';

/** EXIF's tag 0x0112: where the first row and column of the file belong in the upright picture. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** The upright picture of a file that states `orientation`; `image` itself for 1. */
export function upright(image: Image, orientation: Orientation): Image {
  const turned = orientation >= 5 ? image.transpose(1, 0, 2) : image;
  const leftRight = [2, 3, 6, 7].includes(orientation);
  const topBottom = [3, 4, 7, 8].includes(orientation);
  return dense(turned.step(topBottom ? -1 : 1, leftRight ? -1 : 1));
}
