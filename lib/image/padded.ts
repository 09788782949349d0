import { integer } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { array, type Image } from '../ndarray.js';
import { dense, image as imageOf, size as sizeOf } from './image.js';

/**
 * A picture in the middle of a larger one; of an odd number of spare rows or columns the last one is more.
 *
 * @param picture  [rows, cols, 1 | 3 | 4]
 * @param size     [rows, cols] of the result, at least those of the picture
 * @param level    around it, 0 to 255
 */
export function padded(picture: Image, size: readonly [number, number], level: number): Image {
  const given = dense(imageOf('padded', 'picture', picture));
  const [rows, cols] = sizeOf('padded', 'size', size);
  integer('padded', 'level', level, 0, 255);
  const [height, width, channels] = given.shape as [number, number, number];
  if (rows < height || cols < width) {
    const message = `padded: size must hold the picture of [${height}, ${width}], got [${rows}, ${cols}]`;
    throw new DeepInsideError('ERR_SHAPE', message);
  }
  const [top, left] = [Math.floor((rows - height) / 2), Math.floor((cols - width) / 2)];
  const levels = new Uint8Array(rows * cols * channels).fill(level);
  for (let row = 0; row < height; row++) {
    const line = given.data.subarray(row * width * channels, (row + 1) * width * channels);
    levels.set(line, ((top + row) * cols + left) * channels);
  }
  return array(levels, [rows, cols, channels]);
}
