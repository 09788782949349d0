import { DeepInsideError } from '../errors.js';
import type { Preprocessing } from '../formats/model.js';
import { dense, image as imageOf } from '../image/image.js';
import { crop, resize, shortSideSize } from '../image/index.js';
import { array, type FloatArray, type Image } from '../ndarray.js';

/** What the network sees of an image: a rectangle of the resized image. */
export interface View {
  /** [rows, cols] of the whole image after the resize. */
  readonly resized: readonly [number, number];
  readonly top: number;
  readonly left: number;
  /** [rows, cols] of the rectangle: the network's input. */
  readonly size: readonly [number, number];
}

/** A strip of 1 x 100,000 pixels would become 256 x 25,600,000. */
const maxResizedPixels = 2 ** 26;

export function viewOf({ resize, size }: Preprocessing, rows: number, cols: number): View {
  const resized =
    'shortSide' in resize ? shortSideSize(rows, cols, resize.shortSide) : ([resize.rows, resize.cols] as const);
  if (resized[0] * resized[1] > maxResizedPixels) {
    const message = `net.input: img must not be so elongated, got ${rows} x ${cols} pixels; cut out a part of it`;
    throw new DeepInsideError('ERR_SHAPE', message);
  }
  const [top, left] = [0, 1].map((axis) => Math.floor((resized[axis]! - size[axis]!) / 2)) as [number, number];
  return { resized, top, left, size };
}

/** The input that preprocessing makes of an image: float32 [channels, rows, cols]. */
export function prepare(preprocessing: Preprocessing, img: Image): FloatArray {
  const given = imageOf('net.input', 'img', img);
  const view = viewOf(preprocessing, given.shape[0]!, given.shape[1]!);
  const coloured = preprocessing.channelOrder === 'grey' ? toGrey(given) : withoutAlpha(given);
  const resized = resize(coloured, view.resized, preprocessing.filter);
  return normalised(preprocessing, crop(resized, view.top, view.left, ...view.size));
}

/** d input / d pixel for each channel of the network's input; pixels are 0-255. */
export function channelScale({ range, std }: Preprocessing): Float32Array {
  return Float32Array.from(std, (deviation) => range / 255 / deviation);
}

/** input[c] = (pixel[c] * range / 255 - mean[c]) / std[c], in the network's channel order. */
function normalised({ channelOrder, range, mean, std }: Preprocessing, seen: Image): FloatArray {
  const [rows, cols, depth] = seen.shape as [number, number, number];
  const from = dense(seen).data;
  const area = rows * cols;
  const data = new Float32Array(std.length * area);
  for (let c = 0; c < std.length; c++) {
    const channel = depth === 1 ? 0 : channelOrder === 'BGR' ? 2 - c : c;
    for (let i = 0; i < area; i++) {
      const average = 'data' in mean ? mean.data[c * area + i]! : mean[c]!;
      data[c * area + i] = ((from[i * depth + channel]! * range) / 255 - average) / std[c]!;
    }
  }
  return array(data, [std.length, rows, cols]);
}

/** Choice: transparent pixels show white behind them, as in most viewers. Grey stays one channel, RGB three. */
function withoutAlpha(img: Image): Image {
  const [rows, cols, depth] = img.shape as [number, number, number];
  if (depth !== 4) return img;
  const from = dense(img).data;
  const to = new Uint8Array(rows * cols * 3);
  for (let i = 0; i < rows * cols; i++) {
    const alpha = from[i * 4 + 3]!;
    for (let c = 0; c < 3; c++) to[i * 3 + c] = Math.round((from[i * 4 + c]! * alpha + 255 * (255 - alpha)) / 255);
  }
  return array(to, [rows, cols, 3]);
}

/** Choice: grey is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). */
function toGrey(img: Image): Image {
  const [rows, cols, depth] = img.shape as [number, number, number];
  if (depth === 1) return img;
  const from = dense(withoutAlpha(img)).data;
  const to = new Uint8Array(rows * cols);
  for (let i = 0; i < to.length; i++) {
    to[i] = Math.round(0.299 * from[i * 3]! + 0.587 * from[i * 3 + 1]! + 0.114 * from[i * 3 + 2]!);
  }
  return array(to, [rows, cols, 1]);
}
