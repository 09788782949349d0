import { shown } from '../../check.js';
import type { Padding, PixelPair } from '../graph.js';
import { reachOf, windowCounts, type Windows } from '../window.js';
import type { OnnxOp } from './op.js';

/**
 * The windows that the attributes of a Conv, MaxPool or AveragePool describe, automatic padding worked out.
 *
 * @param kernel  [rows, cols] of the weights, or null where the attribute must say it
 * @param size    [rows, cols] of the input
 */
export function windowsOf(op: OnnxOp, kernel: PixelPair | null, size: PixelPair): Windows {
  const stated = pairOf(op, 'kernel_shape', kernel);
  if (kernel && String(kernel) !== String(stated)) {
    throw op.broken(`kernel_shape ${shown(stated)} must be that of its weights, ${shown(kernel)}`);
  }
  const stride = pairOf(op, 'strides', [1, 1]);
  const dilation = pairOf(op, 'dilations', [1, 1]);
  const rounding = op.integer('ceil_mode', 0) === 1 ? 'ceil' : 'floor';
  return { kernel: stated, stride, pad: padOf(op, { kernel: stated, stride, dilation, size }), dilation, rounding };
}

function pairOf(op: OnnxOp, attribute: string, otherwise: PixelPair | null): PixelPair {
  const list = op.integers(attribute) ?? otherwise;
  if (!list) throw op.broken(`attribute ${attribute} must be given`);
  const [rows, cols] = list;
  if (list.length !== 2) throw op.refuse(`only two-dimensional windows are supported`);
  if (rows! >= 1 && cols! >= 1) return [rows!, cols!];
  throw op.broken(`${attribute} must be two integers of at least 1, got ${shown(list)}`);
}

type Frame = Omit<Windows, 'pad' | 'rounding'> & { readonly size: PixelPair };

function padOf(op: OnnxOp, frame: Frame): Padding {
  const mode = op.text('auto_pad', 'NOTSET');
  if (mode === 'SAME_UPPER' || mode === 'SAME_LOWER') return samePad(mode, frame);
  if (mode === 'VALID') return [0, 0, 0, 0];
  if (mode !== 'NOTSET' && mode !== '') throw op.refuse('this automatic padding is unknown');
  const pads = op.integers('pads') ?? [0, 0, 0, 0];
  if (pads.length === 4 && pads.every((pad) => pad >= 0)) return pads as [number, number, number, number];
  throw op.refuse('only pads of four numbers, none of them negative, are supported');
}

/** So much that the output has ceil(size / stride) pixels; an odd one goes after ('SAME_UPPER') or before. */
function samePad(mode: 'SAME_UPPER' | 'SAME_LOWER', frame: Frame): Padding {
  const { stride, size } = frame;
  const reach = reachOf(frame);
  const along = (axis: 0 | 1) => {
    const total = Math.max(0, (Math.ceil(size[axis] / stride[axis]) - 1) * stride[axis] + reach[axis] - size[axis]);
    const less = Math.floor(total / 2);
    return mode === 'SAME_UPPER' ? [less, total - less] : [total - less, less];
  };
  const [[top, bottom], [left, right]] = [along(0), along(1)];
  return [top!, left!, bottom!, right!];
}

/** [rows, cols] of the output; each is checked to be at least 1. */
export function outputSize(op: OnnxOp, size: PixelPair, windows: Windows): PixelPair {
  const [rows, cols] = windowCounts(size, windows);
  if (rows >= 1 && cols >= 1) return [rows, cols];
  const { kernel } = windows;
  throw op.broken(`a window of ${kernel.join(' x ')} pixels does not fit its input of ${size.join(' x ')}`);
}

/** The padding of two paddings, one around the other. */
export function addedPad(a: Padding, b: Padding): Padding {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];
}
