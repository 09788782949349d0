import { integer, oneOf } from '../check.js';
import { array, type FloatArray, type Image } from '../ndarray.js';
import { dense, image as imageOf, map as mapOf, size as sizeOf } from './image.js';

export type Filter = 'bilinear' | 'bicubic';

/**
 * Resamples an image with antialiasing: the filter's support grows with the scale when shrinking. Columns first, then
 * rows, each pass rounded to 8 bits with 22-bit fixed-point weights, so that results equal Pillow's Image.resize bit for
 * bit. Channels are independent of each other, alpha included.
 *
 * @param image   [rows, cols, 1 | 3 | 4]
 * @param size    [rows, cols] of the result, each at least 1
 * @param filter  'bilinear' (triangle) or 'bicubic' (Keys with a = -0.5)
 * @returns       [rows, cols, channels of `image`]; `image` itself if it has this size already
 */
export function resize(image: Image, size: readonly [number, number], filter: Filter = 'bilinear'): Image {
  const given = imageOf('resize', 'image', image);
  const [rows, cols] = sizeOf('resize', 'size', size);
  const [fromRows, fromCols, channels] = given.shape as [number, number, number];
  const kernel = kernels[oneOf('resize', 'filter', filter, ['bilinear', 'bicubic'])];
  if (rows === fromRows && cols === fromCols) return given;
  let { data } = dense(given);
  if (cols !== fromCols) data = resampleCols(data, fromRows, fixedPoint(windows(fromCols, cols, kernel)), channels);
  if (rows !== fromRows) data = resampleRows(data, fixedPoint(windows(fromRows, rows, kernel)), cols * channels);
  return array(data, [rows, cols, channels]);
}

/**
 * The same for a map of real values: weights and sums in float64, rounded to float32 after each pass, as Pillow does
 * with images of mode F.
 *
 * @param map     [rows, cols] float32
 * @param size    [rows, cols] of the result, each at least 1
 * @returns       [rows, cols] float32; `map` itself if it has this size already
 */
export function resizeFloat(map: FloatArray, size: readonly [number, number], filter: Filter = 'bilinear'): FloatArray {
  const given = mapOf('resizeFloat', 'map', map);
  const [rows, cols] = sizeOf('resizeFloat', 'size', size);
  const [fromRows, fromCols] = given.shape as [number, number];
  const kernel = kernels[oneOf('resizeFloat', 'filter', filter, ['bilinear', 'bicubic'])];
  if (rows === fromRows && cols === fromCols) return given;
  let { data } = dense(given);
  if (cols !== fromCols) data = resampleFloatCols(data, fromRows, windows(fromCols, cols, kernel));
  if (rows !== fromRows) data = resampleFloatRows(data, windows(fromRows, rows, kernel), cols);
  return array(data, [rows, cols]);
}

/**
 * The size at which the shorter side is `shortSide` and the longer keeps the aspect.
 * Choice: longer = round(long * shortSide / short), halves up; torchvision cuts the fraction off instead.
 */
export function shortSideSize(rows: number, cols: number, shortSide: number): [number, number] {
  integer('shortSideSize', 'shortSide', shortSide, 1);
  const longer = Math.round((Math.max(rows, cols) * shortSide) / Math.min(rows, cols));
  return rows <= cols ? [shortSide, longer] : [longer, shortSide];
}

interface Kernel {
  /** Half the width of the filter at scale 1. */
  readonly support: number;
  readonly at: (x: number) => number;
}

const kernels: Record<Filter, Kernel> = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, at: keysCubic },
};

/** R. Keys, Cubic convolution interpolation, 1981, Eq. 15 has this a = -1/2. */
function keysCubic(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
  return 0;
}

/** For each element of the result, which elements of the source it sums and with what weights. */
interface Windows<W extends Int32Array | Float64Array> {
  readonly from: number;
  readonly to: number;
  /** [to] first source element. */
  readonly first: Int32Array;
  /** [to] number of source elements. */
  readonly count: Int32Array;
  /** [to, stride], each row summing to 1. */
  readonly weights: W;
  readonly stride: number;
}

function windows(from: number, to: number, kernel: Kernel): Windows<Float64Array> {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = kernel.support * stretch;
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Float64Array(to * stride);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const low = Math.max(Math.trunc(centre - support + 0.5), 0);
    const high = Math.min(Math.trunc(centre + support + 0.5), from);
    let sum = 0;
    for (let j = low; j < high; j++)
      sum += weights[i * stride + j - low] = kernel.at((j - centre + 0.5) * (1 / stretch));
    for (let j = low; j < high; j++) weights[i * stride + j - low]! /= sum;
    first[i] = low;
    count[i] = high - low;
  }
  return { from, to, first, count, weights, stride };
}

/** 8 bits of grey level, 22 of weight and 2 for the overshoot of the cubic fill an int32. */
const fractionBits = 22;

function fixedPoint(exact: Windows<Float64Array>): Windows<Int32Array> {
  const one = 2 ** fractionBits;
  return {
    ...exact,
    weights: Int32Array.from(exact.weights, (w) => Math.trunc(w < 0 ? w * one - 0.5 : w * one + 0.5)),
  };
}

function clampByte(sum: number): number {
  const level = sum >> fractionBits;
  return level < 0 ? 0 : level > 255 ? 255 : level;
}

/** x [rows, from, channels] -> [rows, to, channels] */
function resampleCols(x: Uint8Array, rows: number, window: Windows<Int32Array>, channels: number): Uint8Array {
  const { from, to, first, count, weights, stride } = window;
  const y = new Uint8Array(rows * to * channels);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < to; i++) {
      const start = (row * from + first[i]!) * channels;
      const end = i * stride + count[i]!;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 1 << (fractionBits - 1);
        for (let w = i * stride, source = start + channel; w < end; w++, source += channels) {
          sum = (sum + Math.imul(x[source]!, weights[w]!)) | 0;
        }
        y[at++] = clampByte(sum);
      }
    }
  }
  return y;
}

/** x [from, width] -> [to, width] */
function resampleRows(x: Uint8Array, window: Windows<Int32Array>, width: number): Uint8Array {
  const { to, first, count, weights, stride } = window;
  const y = new Uint8Array(to * width);
  const sums = new Int32Array(width);
  for (let i = 0; i < to; i++) {
    sums.fill(1 << (fractionBits - 1));
    for (let j = 0; j < count[i]!; j++) {
      const weight = weights[i * stride + j]!;
      const source = (first[i]! + j) * width;
      for (let k = 0; k < width; k++) sums[k] = sums[k]! + Math.imul(x[source + k]!, weight);
    }
    for (let k = 0; k < width; k++) y[i * width + k] = clampByte(sums[k]!);
  }
  return y;
}

/** x [rows, from] -> [rows, to] */
function resampleFloatCols(x: Float32Array, rows: number, window: Windows<Float64Array>): Float32Array {
  const { from, to, first, count, weights, stride } = window;
  const y = new Float32Array(rows * to);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < to; i++) {
      let sum = 0;
      for (let j = 0; j < count[i]!; j++) sum += x[row * from + first[i]! + j]! * weights[i * stride + j]!;
      y[row * to + i] = sum;
    }
  }
  return y;
}

/** x [from, width] -> [to, width] */
function resampleFloatRows(x: Float32Array, window: Windows<Float64Array>, width: number): Float32Array {
  const { to, first, count, weights, stride } = window;
  const y = new Float32Array(to * width);
  const sums = new Float64Array(width);
  for (let i = 0; i < to; i++) {
    sums.fill(0);
    for (let j = 0; j < count[i]!; j++) {
      const weight = weights[i * stride + j]!;
      const source = (first[i]! + j) * width;
      for (let k = 0; k < width; k++) sums[k] = sums[k]! + x[source + k]! * weight;
    }
    y.set(sums, i * width);
  }
  return y;
}
