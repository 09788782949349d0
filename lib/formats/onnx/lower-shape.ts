import { shown } from '../../check.js';
import { elements } from '../../ndarray.js';
import { axisOf, integersArgument, reshaped } from './arguments.js';
import type { Lowering } from './lowering.js';
import type { OnnxOp } from './op.js';
import { castTo, numbersOf } from './tensor.js';
import { shapeOf, type Activation } from './values.js';

/** Nodes that change nothing: their output is another name for their input. */
export function lowerIdentity(op: OnnxOp, lowering: Lowering): void {
  lowering.define(op.output, lowering.value(op, 0));
}

/** Half and double precision are read as float32, so that a cast between floats changes nothing. */
export function lowerCast(op: OnnxOp, lowering: Lowering): void {
  if (numbersOf(op.integer('to', 0)) !== 'float') throw op.refuse('activations are cast to floats only');
  lowerIdentity(op, lowering);
}

/** The kind of numbers of the second input, which may be an activation. */
export function lowerCastLike(op: OnnxOp, lowering: Lowering): void {
  const [value, like] = [lowering.value(op, 0), lowering.value(op, 1)];
  const numbers = like.kind === 'constant' ? like.numbers : 'float';
  if (value.kind === 'constant') {
    return lowering.define(op.output, { ...value, name: op.output, numbers, data: castTo(numbers, value.data) });
  }
  if (numbers !== 'float') throw op.refuse('activations are cast to floats only');
  lowering.define(op.output, value);
}

/** The shape of an activation or constant is known, the batch size included: that of the file, or 1. */
export function lowerShape(op: OnnxOp, lowering: Lowering): void {
  const shape = shapeOf(lowering.value(op, 0));
  const sides = shape.slice(op.integer('start', 0), op.integer('end', shape.length));
  const data = Float64Array.from(sides);
  lowering.define(op.output, { kind: 'constant', name: op.output, shape: [sides.length], numbers: 'integer', data });
}

export function lowerFlatten(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.activation(op);
  const axis = op.integer('axis', 1);
  const behind = axis < 0 ? axis + x.shape.length : axis;
  if (behind !== 1) throw op.refuse('only [n, ...] to [n, features] is supported');
  emitFlat(op, lowering, x);
}

/** To [n, features], or to the shape that it has. */
export function lowerReshape(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.activation(op);
  const target = integersArgument(op, lowering, 'shape', 1) ?? [];
  const shape = reshaped(op, target, x.shape);
  if (String(shape) === String(x.shape)) return lowering.define(op.output, x);
  if (shape.length === 2 && shape[0] === x.shape[0]) return emitFlat(op, lowering, x);
  throw op.refuse(`only [n, ...] to [n, features] is supported, not ${shown(x.shape)} to ${shown(shape)}`);
}

/** [n, features, 1, 1] to [n, features]; the batch axis stays, whatever its size. */
export function lowerSqueeze(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.activation(op);
  const axes = integersArgument(op, lowering, 'axes', 1)?.map((axis) => axisOf(op, axis, x.shape.length)) ?? [2, 3];
  const isPlane = x.shape.length === 4 && x.shape[2] === 1 && x.shape[3] === 1;
  if (isPlane && axes.length === 2 && axes.includes(2) && axes.includes(3)) return emitFlat(op, lowering, x);
  throw op.refuse(
    `only [n, features, 1, 1] to [n, features] is supported, not ${shown(x.shape)} without axes ${shown(axes)}`,
  );
}

function emitFlat(op: OnnxOp, lowering: Lowering, x: Activation): void {
  if (x.shape.length === 2) return lowering.define(op.output, x);
  const shape = [x.shape[0]!, elements(x.shape.slice(1))];
  lowering.emit({ op: 'flatten', name: op.name, inputs: [x.name], output: op.output }, shape);
}
