import type { Pair } from '../device/index.js';
import { reachOf, windowCounts, type Windows } from '../formats/window.js';
import { shapeError, type Planes } from './layer.js';

/** The windows of a convolution or a pooling; without a dilation they hold neighbouring pixels. */
export interface Window extends Omit<Windows, 'dilation'> {
  readonly dilation?: Pair;
}

/** How many windows fit along rows and columns; throws ERR_SHAPE where none does. */
export function windows(layer: string, x: Planes, window: Window): Pair {
  const dilated = { ...window, dilation: window.dilation ?? [1, 1] } as const;
  const [rows, cols] = windowCounts([x[2], x[3]], dilated);
  if (rows >= 1 && cols >= 1) return [rows, cols];
  const reach = reachOf(dilated).join(' x ');
  throw shapeError(layer, `at least ${reach} pixels with its padding [${window.pad.join(', ')}]`, [x]);
}

/** The same for pooling, where each window must hold at least one pixel. */
export function poolWindows(layer: string, x: Planes, window: Window): Pair {
  const [top, left, bottom, right] = window.pad;
  const [rows, cols] = window.kernel;
  if (Math.max(top, bottom) < rows && Math.max(left, right) < cols) return windows(layer, x, window);
  throw shapeError(layer, `padded by less than its ${rows} x ${cols} window, not by [${window.pad.join(', ')}]`, [x]);
}
