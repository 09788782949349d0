import { integer } from '../check.js';
import { array, type Image } from '../ndarray.js';
import { dense, image as imageOf } from './image.js';

/**
 * A picture with each pixel as a square: nothing is smoothed.
 *
 * @param picture  [rows, cols, channels]
 * @param factor   side of the squares, at least 1
 * @returns        [rows * factor, cols * factor, channels]
 */
export function repeated(picture: Image, factor: number): Image {
  const { shape, data } = dense(imageOf('repeated', 'picture', picture));
  integer('repeated', 'factor', factor, 1);
  const [rows, cols, channels] = shape as [number, number, number];
  const width = cols * factor * channels;
  const levels = new Uint8Array(rows * factor * width);
  for (let row = 0, from = 0; row < rows; row++) {
    const first = row * factor * width;
    for (let to = first; to < first + width; from += channels) {
      const pixel = data.subarray(from, from + channels);
      for (let i = 0; i < factor; i++, to += channels) levels.set(pixel, to);
    }
    for (let i = 1; i < factor; i++) levels.copyWithin(first + i * width, first, first + width);
  }
  return array(levels, [rows * factor, cols * factor, channels]);
}
