import type { Pad, Pair } from '../device/index.js';
import { shapeError, type Planes } from './layer.js';

/** The windows of a convolution or a pooling, in pixels. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Pad;
  /** 1, the default, means neighbouring pixels. */
  readonly dilation?: Pair;
  /** 'ceil' as in Caffe: the last window must start inside the input or its left padding. */
  readonly rounding: 'floor' | 'ceil';
}

/** How many windows fit along rows and columns; throws ERR_SHAPE where none does. */
export function windows(layer: string, x: Planes, window: Window): Pair {
  const [top, left, bottom, right] = window.pad;
  const { kernel, stride, dilation = [1, 1], rounding } = window;
  const reach = [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1] as const;
  const rows = along(x[2], top, bottom, reach[0], stride[0], rounding);
  const cols = along(x[3], left, right, reach[1], stride[1], rounding);
  if (rows >= 1 && cols >= 1) return [rows, cols];
  throw shapeError(layer, `at least ${reach[0]} x ${reach[1]} pixels with its padding [${window.pad.join(', ')}]`, [x]);
}

function along(
  size: number,
  before: number,
  after: number,
  reach: number,
  stride: number,
  rounding: 'floor' | 'ceil',
): number {
  const free = size + before + after - reach;
  if (free < 0) return 0;
  if (rounding === 'floor') return Math.floor(free / stride) + 1;
  const count = Math.ceil(free / stride) + 1;
  return (count - 1) * stride < size + before ? count : count - 1;
}

/** The same for pooling, where each window must hold at least one pixel. */
export function poolWindows(layer: string, x: Planes, window: Window): Pair {
  const [top, left, bottom, right] = window.pad;
  const [rows, cols] = window.kernel;
  if (Math.max(top, bottom) < rows && Math.max(left, right) < cols) return windows(layer, x, window);
  throw shapeError(layer, `padded by less than its ${rows} x ${cols} window, not by [${window.pad.join(', ')}]`, [x]);
}
