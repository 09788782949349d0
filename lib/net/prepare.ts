import type { Preprocessing } from '../formats/model.js';
import { dense } from '../image/image.js';
import { resizing, type Part } from '../image/resize.js';
import { withoutAlpha } from '../image/without-alpha.js';
import { inBlocks, type Steps } from '../steps.js';
import { array, type Image } from '../ndarray.js';
import type { Crop } from './ten-crops.js';
import type { View } from './view.js';

/**
 * The inputs that preprocessing makes of the crops of an image, which is resized once, and only where a crop is:
 * dense [crops, channels, rows, cols].
 */
export function* preparing(preprocessing: Preprocessing, img: Image, view: View): Steps<Float32Array> {
  const { resized, size, crops } = view;
  const coloured = yield* preprocessing.channelOrder === 'grey' ? toGrey(img) : withoutAlpha(img);
  const part = seenPart(view);
  const rescaled = yield* resizing(coloured, resized, preprocessing.filter, part);
  const one = preprocessing.std.length * size[0] * size[1];
  const inputs = new Float32Array(crops.length * one);
  for (const [i, { top, left, mirrored }] of crops.entries()) {
    const crop = { top: top - part.top, left: left - part.left, mirrored };
    yield* normalising(preprocessing, rescaled, crop, inputs.subarray(i * one, (i + 1) * one));
  }
  return inputs;
}

/** The part of the rescaled image that holds all crops. */
function seenPart({ size, crops }: View): Part {
  const [tops, lefts] = [crops.map(({ top }) => top), crops.map(({ left }) => left)];
  const [top, left] = [Math.min(...tops), Math.min(...lefts)];
  return { top, left, rows: Math.max(...tops) + size[0] - top, cols: Math.max(...lefts) + size[1] - left };
}

/** d input / d pixel for each channel of the network's input; pixels are 0-255. */
export function channelScale({ range, std }: Preprocessing): Float32Array {
  return Float32Array.from(std, (deviation) => range / 255 / deviation);
}

/**
 * input[c] = (pixel[c] * range / 255 - mean[c]) / std[c] for one crop, in the network's channel order.
 *
 * Choice: a crop is mirrored first and a mean image subtracted then, as if the mirrored crop had come as an image.
 *
 * @param img  the rescaled image, or its part where the crops are
 * @param to   [channels, rows, cols] of the input, filled
 */
function* normalising(preprocessing: Preprocessing, img: Image, crop: Crop, to: Float32Array): Steps<void> {
  const { channelOrder, range, size, mean, std } = preprocessing;
  const [rows, cols] = size;
  const { data: pixels, shape, stride, offset } = img;
  const [rowStep, colStep, channelStep] = stride as [number, number, number];
  const [first, step] = crop.mirrored ? [crop.left + cols - 1, -colStep] : [crop.left, colStep];
  const [meanImage, means] = 'data' in mean ? [mean.data, []] : [null, mean];
  for (let c = 0, at = 0; c < std.length; c++) {
    const channel = shape[2] === 1 ? 0 : channelOrder === 'BGR' ? 2 - c : c;
    const levels = meanImage ? scaled(range) : scaled(range, means[c], std[c]);
    for (let row = 0; row < rows; row++) {
      let from = offset + (crop.top + row) * rowStep + first * colStep + channel * channelStep;
      for (let col = 0; col < cols; col++, at++, from += step) {
        const level = levels[pixels[from]!]!;
        to[at] = meanImage ? (level - meanImage[at]!) / std[c]! : level;
      }
    }
    yield;
  }
}

/** What becomes of each of the 256 grey levels. */
function scaled(range: number, mean = 0, std = 1): Float64Array {
  return Float64Array.from({ length: 256 }, (_, level) => ((level * range) / 255 - mean) / std);
}

/** Choice: grey is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). */
function* toGrey(img: Image): Steps<Image> {
  const [rows, cols, depth] = img.shape as [number, number, number];
  if (depth === 1) return img;
  const from = dense(yield* withoutAlpha(img)).data;
  const to = new Uint8Array(rows * cols);
  yield* inBlocks(to.length, 6, (begin, end) => weigh(from, to, begin, end));
  return array(to, [rows, cols, 1]);
}

function weigh(from: Uint8Array, to: Uint8Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) {
    to[i] = Math.round(0.299 * from[i * 3]! + 0.587 * from[i * 3 + 1]! + 0.114 * from[i * 3 + 2]!);
  }
}
