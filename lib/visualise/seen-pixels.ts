import type { Part } from '../image/resize.js';
import type { Network } from '../net/network.js';
import { array, type Image } from '../ndarray.js';

type Preprocessing = NonNullable<Network['preprocessing']>;

/**
 * A part of what an input shows: the grey levels that the preprocessing made it of, which are whole numbers where it was
 * made of an image. Levels = (input * std + mean) * 255 / range, rounded, cut off at 0 and 255, in RGB.
 *
 * @param input  dense [channels, rows, cols]
 * @returns      [part.rows, part.cols, 3], or one channel where the network sees grey
 */
export function seenPixels(
  { channelOrder, range, mean, std, size }: Preprocessing,
  input: Float32Array,
  part: Part,
): Image {
  const channels = std.length;
  const levels = new Uint8ClampedArray(part.rows * part.cols * channels);
  for (let c = 0; c < channels; c++) {
    const place = channelOrder === 'BGR' ? 2 - c : c;
    for (let row = 0, to = place; row < part.rows; row++) {
      let from = (c * size[0] + part.top + row) * size[1] + part.left;
      for (let col = 0; col < part.cols; col++, from++, to += channels) {
        const subtracted = 'data' in mean ? mean.data[from]! : mean[c]!;
        levels[to] = ((input[from]! * std[c]! + subtracted) * 255) / range;
      }
    }
  }
  return array(new Uint8Array(levels.buffer), [part.rows, part.cols, channels]);
}
