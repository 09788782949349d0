import type { Padding, PixelPair } from './graph.js';

/** How the windows of a convolution or a pooling lie, in pixels. */
export interface Windows {
  readonly kernel: PixelPair;
  readonly stride: PixelPair;
  readonly pad: Padding;
  /** 1 means neighbouring pixels. */
  readonly dilation: PixelPair;
  /** 'ceil' as in Caffe: the last window must start inside the input or its left padding. */
  readonly rounding: 'floor' | 'ceil';
}

/** [rows, cols] that one window spans, dilation included. */
export function reachOf({ kernel, dilation }: Pick<Windows, 'kernel' | 'dilation'>): PixelPair {
  return [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1];
}

/** How many windows fit along the rows and columns of an input of `size`; 0 where the padded input is too small. */
export function windowCounts(size: PixelPair, windows: Windows): PixelPair {
  return [countAlong(0, size, windows), countAlong(1, size, windows)];
}

function countAlong(axis: 0 | 1, size: PixelPair, windows: Windows): number {
  const [before, after] = [windows.pad[axis], windows.pad[axis === 0 ? 2 : 3]];
  const stride = windows.stride[axis];
  const free = size[axis] + before + after - reachOf(windows)[axis];
  if (free < 0) return 0;
  if (windows.rounding === 'floor') return Math.floor(free / stride) + 1;
  const count = Math.ceil(free / stride) + 1;
  return (count - 1) * stride < size[axis] + before ? count : count - 1;
}
