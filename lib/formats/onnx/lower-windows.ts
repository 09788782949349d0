import { shown } from '../../check.js';
import { elements } from '../../ndarray.js';
import type { Padding, PixelPair } from '../graph.js';
import type { Windows } from '../window.js';
import { integersArgument, numberArgument, axisOf } from './arguments.js';
import type { Lowering } from './lowering.js';
import type { OnnxOp } from './op.js';
import type { Activation } from './values.js';
import { addedPad, outputSize, windowsOf } from './windows.js';

const noPad: Padding = [0, 0, 0, 0];

export function lowerConv(op: OnnxOp, lowering: Lowering): void {
  const { x, pad: around } = paddedInput(op, lowering);
  const weight = lowering.constant(op, 1, 'weights');
  const [outputs, inputs, rows, cols] = weight.shape;
  if (weight.shape.length !== 4)
    throw op.refuse(`only two-dimensional convolutions are supported, its weights are ${shown(weight.shape)}`);
  const groups = op.integer('group', 1);
  if (groups < 1 || inputs! * groups !== x.shape[1] || outputs! % groups !== 0) {
    throw op.broken(
      `weights ${shown(weight.shape)} in ${groups} groups do not fit an input of shape ${shown(x.shape)}`,
    );
  }
  const bias = lowering.optionalConstant(op, 2, 'bias');
  if (bias && elements(bias.shape) !== outputs)
    throw op.broken(`the bias must have ${outputs} elements, got ${shown(bias.shape)}`);
  const own = windowsOf(op, [rows!, cols!], sizeOf(x, around));
  const windows = { ...own, pad: addedPad(around, own.pad) };
  const node = { op: 'conv', name: op.name, inputs: [x.name], output: op.output } as const;
  const weights = { weight: lowering.keep(weight), bias: bias && lowering.keep(bias, [outputs!]) };
  const { stride, pad, dilation } = windows;
  const shape = [x.shape[0]!, outputs!, ...outputSize(op, sizeOf(x, noPad), windows)];
  lowering.emit({ ...node, ...weights, stride, pad, dilation, groups }, shape);
}

export function lowerMaxPool(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.planes(op);
  emitPool(op, lowering, x, { op: 'maxPool' }, poolWindows(op, x, noPad));
}

export function lowerAveragePool(op: OnnxOp, lowering: Lowering): void {
  const { x, pad } = paddedInput(op, lowering);
  const own = poolWindows(op, x, pad);
  if (pad === noPad) {
    const divisor = op.integer('count_include_pad', 0) === 1 ? 'padded' : 'inside';
    return emitPool(op, lowering, x, { op: 'averagePool', divisor }, own);
  }
  // The zeros of the Pad count as pixels; the pool's own padding must then count too, or not exist.
  const windows = { ...own, pad: addedPad(pad, own.pad) };
  const counts = op.integer('count_include_pad', 0) === 1 || own.pad.every((side) => side === 0);
  const same = String(outputSize(op, sizeOf(x, pad), own)) === String(outputSize(op, sizeOf(x, noPad), windows));
  if (!counts || !same) throw op.refuse('the Pad before it cannot be merged into it');
  emitPool(op, lowering, x, { op: 'averagePool', divisor: 'padded' }, windows);
}

/** Zeros around an activation: kept aside until a convolution or an average pool takes them in. */
export function lowerPad(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.planes(op);
  const pads = integersArgument(op, lowering, 'pads', 1) ?? [];
  const axes = integersArgument(op, lowering, 'axes', 3)?.map((axis) => axisOf(op, axis, 4)) ?? [0, 1, 2, 3];
  const before = [0, 0, 0, 0];
  const after = [0, 0, 0, 0];
  if (pads.length !== 2 * axes.length)
    throw op.broken(`pads must be two numbers for each of ${axes.length} axes, got ${pads.length}`);
  axes.forEach((axis, i) => {
    before[axis] = pads[i]!;
    after[axis] = pads[i + axes.length]!;
  });
  const pad: Padding = [before[2]!, before[3]!, after[2]!, after[3]!];
  const spatial = before[0] === 0 && after[0] === 0 && before[1] === 0 && after[1] === 0;
  const zeros = op.text('mode', 'constant') === 'constant' && numberArgument(op, lowering, 'value', 2, 0) === 0;
  if (!spatial || !zeros || pad.some((side) => side < 0))
    throw op.refuse('only zeros around rows and columns are supported');
  lowering.define(op.output, pad.every((side) => side === 0) ? x : { kind: 'padded', of: x, pad, by: op });
}

/** The node's first input with the zeros that a Pad put around it. */
function paddedInput(op: OnnxOp, lowering: Lowering): { x: Activation; pad: Padding } {
  const value = lowering.value(op, 0);
  if (value.kind === 'padded') return { x: value.of, pad: value.pad };
  return { x: lowering.planes(op), pad: noPad };
}

function sizeOf(x: Activation, pad: Padding): PixelPair {
  return [pad[0] + x.shape[2]! + pad[2], pad[1] + x.shape[3]! + pad[3]];
}

function poolWindows(op: OnnxOp, x: Activation, around: Padding): Windows {
  const windows = windowsOf(op, null, sizeOf(x, around));
  if (windows.dilation.some((step) => step !== 1)) throw op.refuse('pooling with dilation is not supported');
  return windows;
}

type PoolKind = { readonly op: 'maxPool' } | { readonly op: 'averagePool'; readonly divisor: 'inside' | 'padded' };

function emitPool(op: OnnxOp, lowering: Lowering, x: Activation, kind: PoolKind, windows: Windows): void {
  const { kernel, stride, pad, rounding } = windows;
  const [top, left, bottom, right] = pad;
  if (Math.max(top, bottom) >= kernel[0] || Math.max(left, right) >= kernel[1]) {
    throw op.refuse('its padding must be smaller than its window, so that each window holds a pixel');
  }
  const node = { ...kind, name: op.name, inputs: [x.name], output: op.output, kernel, stride, pad, rounding };
  lowering.emit(node, [x.shape[0]!, x.shape[1]!, ...outputSize(op, sizeOf(x, noPad), windows)]);
}
