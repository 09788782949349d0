export interface Kernel {
  /** Half the width of the filter at scale 1. */
  readonly support: number;
  readonly at: (x: number) => number;
}

export const kernels: Record<'bilinear' | 'bicubic', Kernel> = {
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
export interface Windows<W extends Int32Array | Float64Array> {
  /** [elements] first source element. */
  readonly first: Int32Array;
  /** [elements] number of source elements. */
  readonly count: Int32Array;
  /** [elements, stride], each row summing to 1. */
  readonly weights: W;
  readonly stride: number;
}

/** The windows of `elements` of the `to` elements that `from` become, from element `begin` on. */
export function windows(from: number, to: number, kernel: Kernel, begin = 0, elements = to): Windows<Float64Array> {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = kernel.support * stretch;
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(elements);
  const count = new Int32Array(elements);
  const weights = new Float64Array(elements * stride);
  for (let i = 0; i < elements; i++) {
    const centre = (begin + i + 0.5) * scale;
    const low = Math.max(Math.trunc(centre - support + 0.5), 0);
    const high = Math.min(Math.trunc(centre + support + 0.5), from);
    let sum = 0;
    for (let j = low; j < high; j++)
      sum += weights[i * stride + j - low] = kernel.at((j - centre + 0.5) * (1 / stretch));
    for (let j = low; j < high; j++) weights[i * stride + j - low]! /= sum;
    first[i] = low;
    count[i] = high - low;
  }
  return { first, count, weights, stride };
}

/** 8 bits of grey level, 22 of weight and 2 for the overshoot of the cubic fill an int32. */
const fractionBits = 22;
const half = 1 << (fractionBits - 1);

export function fixedPoint(exact: Windows<Float64Array>): Windows<Int32Array> {
  const one = 2 ** fractionBits;
  const weights = new Int32Array(exact.weights.length);
  for (let i = 0; i < weights.length; i++) {
    const weight = exact.weights[i]! * one;
    weights[i] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
  }
  return { ...exact, weights };
}

function clampByte(sum: number): number {
  const level = sum >> fractionBits;
  return level < 0 ? 0 : level > 255 ? 255 : level;
}

/** Rows from `begin` to `end` of x [rows, from, channels] -> y [rows, elements, channels]. */
export function resampleCols(
  x: Uint8Array,
  y: Uint8Array,
  window: Windows<Int32Array>,
  [from, channels]: readonly [number, number],
  begin: number,
  end: number,
): void {
  const elements = window.first.length;
  for (let row = begin; row < end; row++) {
    const [at, to] = [row * from * channels, row * elements * channels];
    if (channels === 3) resampleColours(x, y, window, at, to);
    else
      for (let channel = 0; channel < channels; channel++)
        resampleChannel(x, y, window, channels, at + channel, to + channel);
  }
}

/** One row of three channels, whose weights are read once. */
function resampleColours(x: Uint8Array, y: Uint8Array, window: Windows<Int32Array>, from: number, to: number): void {
  const { first, count, weights, stride } = window;
  for (let i = 0; i < first.length; i++, to += 3) {
    let [red, green, blue] = [half, half, half];
    const end = i * stride + count[i]!;
    for (let w = i * stride, at = from + 3 * first[i]!; w < end; w++, at += 3) {
      const weight = weights[w]!;
      red = (red + Math.imul(x[at]!, weight)) | 0;
      green = (green + Math.imul(x[at + 1]!, weight)) | 0;
      blue = (blue + Math.imul(x[at + 2]!, weight)) | 0;
    }
    y[to] = clampByte(red);
    y[to + 1] = clampByte(green);
    y[to + 2] = clampByte(blue);
  }
}

/** One channel of a row, whose elements lie `step` apart. */
function resampleChannel(
  x: Uint8Array,
  y: Uint8Array,
  { first, count, weights, stride }: Windows<Int32Array>,
  step: number,
  from: number,
  to: number,
): void {
  for (let i = 0; i < first.length; i++, to += step) {
    let sum = half;
    const end = i * stride + count[i]!;
    for (let w = i * stride, at = from + step * first[i]!; w < end; w++, at += step) {
      sum = (sum + Math.imul(x[at]!, weights[w]!)) | 0;
    }
    y[to] = clampByte(sum);
  }
}

/** x [from, width] -> rows from `begin` to `end` of y [elements, width]. */
export function resampleRows(
  x: Uint8Array,
  y: Uint8Array,
  { first, count, weights, stride }: Windows<Int32Array>,
  width: number,
  begin: number,
  end: number,
): void {
  for (let i = begin; i < end; i++) {
    const [from, to] = [i * stride, i * stride + count[i]!];
    for (let k = 0; k < width; k++) {
      let sum = half;
      for (let w = from, at = first[i]! * width + k; w < to; w++, at += width) {
        sum = (sum + Math.imul(x[at]!, weights[w]!)) | 0;
      }
      y[i * width + k] = clampByte(sum);
    }
  }
}

/** Rows from `begin` to `end` of x [rows, from] -> y [rows, elements]. */
export function resampleFloatCols(
  x: Float32Array,
  y: Float32Array,
  { first, count, weights, stride }: Windows<Float64Array>,
  from: number,
  begin: number,
  end: number,
): void {
  for (let row = begin, to = begin * first.length; row < end; row++) {
    for (let i = 0; i < first.length; i++) {
      let sum = 0;
      const last = i * stride + count[i]!;
      for (let w = i * stride, at = row * from + first[i]!; w < last; w++, at++) sum += x[at]! * weights[w]!;
      y[to++] = sum;
    }
  }
}

/** x [from, width] -> rows from `begin` to `end` of y [elements, width]. */
export function resampleFloatRows(
  x: Float32Array,
  y: Float32Array,
  { first, count, weights, stride }: Windows<Float64Array>,
  width: number,
  begin: number,
  end: number,
): void {
  for (let i = begin; i < end; i++) {
    const [from, to] = [i * stride, i * stride + count[i]!];
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let w = from, at = first[i]! * width + k; w < to; w++, at += width) sum += x[at]! * weights[w]!;
      y[i * width + k] = sum;
    }
  }
}
