import { shown } from '../../check.js';
import { axisOf, integersArgument, numberArgument } from './arguments.js';
import type { Lowering } from './lowering.js';
import type { OnnxOp } from './op.js';

export function lowerRelu(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.activation(op);
  lowering.emit({ op: 'relu', name: op.name, inputs: [x.name], output: op.output }, x.shape);
}

export function lowerDropout(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.activation(op);
  if (numberArgument(op, lowering, 'training_mode', 2, 0) !== 0) throw op.refuseTraining();
  const rate = numberArgument(op, lowering, 'ratio', 1, 0.5);
  if (!(rate >= 0 && rate < 1)) throw op.broken(`ratio must be a number from 0 to below 1, got ${rate}`);
  lowering.emit({ op: 'dropout', name: op.name, inputs: [x.name], output: op.output, rate }, x.shape);
}

export function lowerLrn(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.planes(op);
  const size = op.integer('size', 0);
  if (size < 1) throw op.broken(`size must be an integer of at least 1, got ${size}`);
  if (size % 2 === 0) throw op.refuse('only odd sizes are supported');
  const constants = { alpha: op.number('alpha', 1e-4), beta: op.number('beta', 0.75), k: op.number('bias', 1) };
  lowering.emit({ op: 'lrn', name: op.name, inputs: [x.name], output: op.output, size, ...constants }, x.shape);
}

/** One that ends the network never comes here. */
export function lowerSoftmax(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.activation(op);
  checkSoftmax(op, x.shape);
  lowering.emit({ op: 'softmax', name: op.name, inputs: [x.name], output: op.output }, x.shape.slice(0, 2));
}

/** It must go over the features of [n, features] or [n, features, 1, 1]. */
export function checkSoftmax(op: OnnxOp, shape: readonly number[]): void {
  const axis = axisOf(op, op.integer('axis', op.opset < 13 ? 1 : -1), shape.length);
  const isRow = shape.slice(2).every((side) => side === 1);
  if (axis !== 1 || !isRow) throw op.refuse(`only a soft-max over classes is supported, its input is ${shown(shape)}`);
}

export function lowerGlobalAveragePool(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.planes(op);
  const node = { op: 'globalAveragePool', name: op.name, inputs: [x.name], output: op.output } as const;
  lowering.emit(node, [x.shape[0]!, x.shape[1]!, 1, 1]);
}

/** The mean over rows and columns. */
export function lowerReduceMean(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.planes(op);
  const axes = integersArgument(op, lowering, 'axes', 1)?.map((axis) => axisOf(op, axis, 4)) ?? [];
  const overSpace = axes.length === 2 && axes.includes(2) && axes.includes(3);
  if (!overSpace)
    throw op.refuse(`only means over rows and columns (axes 2 and 3) are supported, not over ${shown(axes)}`);
  if (op.integer('keepdims', 1) === 1) return lowerGlobalAveragePool(op, lowering);
  const pooled = lowering.fresh(`${op.output}.pooled`);
  const shape = x.shape.slice(0, 2);
  lowering.emit({ op: 'globalAveragePool', name: op.name, inputs: [x.name], output: pooled }, [...shape, 1, 1]);
  const flatten = lowering.fresh(`${op.name}.flatten`);
  lowering.emit({ op: 'flatten', name: flatten, inputs: [pooled], output: op.output }, shape);
}
