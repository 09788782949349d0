import { shown } from '../../check.js';
import { elements } from '../../ndarray.js';
import { axisOf, integersArgument, reshaped, slicesOf } from './arguments.js';
import type { Lowering } from './lowering.js';
import type { OnnxOp } from './op.js';
import { broadcastShape, broadcastTo, copyStrided, stridesOf } from './strided.js';
import { decodeTensor, numbersOf, type Constant } from './tensor.js';

type Folded = Omit<Constant, 'kind' | 'name'>;
type Folding = (op: OnnxOp, lowering: Lowering, claim: Claim) => Folded;
/** Called with each shape before its elements are allocated; throws once the graph asks for too many. */
type Claim = (shape: readonly number[]) => void;

/**
 * Computes the nodes whose inputs are all known on load.
 *
 * @param room  how many numbers may be made in all, so that a small file cannot ask for any amount of memory
 */
export function constantFolder(lowering: Lowering, room: number): (op: OnnxOp) => boolean {
  let left = room;
  return (op) => {
    const folding = Object.hasOwn(foldings, op.type) ? foldings[op.type] : undefined;
    if (!folding || op.inputs.some((_, i) => (lowering.optional(op, i)?.kind ?? 'constant') !== 'constant'))
      return false;
    const claim = (shape: readonly number[]) => {
      left -= elements(shape);
      if (!(left >= 0))
        throw op.broken(`its constant result of shape ${shown(shape)} is out of proportion to the file`);
    };
    lowering.define(op.output, { ...folding(op, lowering, claim), kind: 'constant', name: op.output });
    return true;
  };
}

const foldings: Readonly<Record<string, Folding>> = {
  Constant: foldConstant,
  ConstantOfShape: foldConstantOfShape,
  Add: arithmetic((a, b) => a + b),
  Sub: arithmetic((a, b) => a - b),
  Mul: arithmetic((a, b) => a * b),
  Div: arithmetic((a, b) => a / b),
  Cast: foldCast,
  Concat: foldConcat,
  Expand: foldExpand,
  Gather: foldGather,
  Reshape: foldReshape,
  Slice: foldSlice,
  Squeeze: foldSqueeze,
  Transpose: foldTranspose,
  Unsqueeze: foldUnsqueeze,
};

function input(op: OnnxOp, lowering: Lowering, index = 0): Constant {
  return lowering.constant(op, index, `input ${index}`);
}

function integersInput(op: OnnxOp, lowering: Lowering, name: string, index: number): readonly number[] {
  const list = integersArgument(op, lowering, name, index);
  if (list) return list;
  throw op.broken(`${name} must be given`);
}

function foldConstant(op: OnnxOp): Folded {
  const tensor = op.tensor('value');
  if (tensor) return decodeTensor(tensor, op.where);
  const numbers = op.has('value_float') || op.has('value_floats') ? 'float' : 'integer';
  const list = op.numbers('value_floats') ?? op.integers('value_ints');
  if (list) return { shape: [list.length], numbers, data: Float64Array.from(list) };
  if (numbers === 'float') return { shape: [], numbers, data: Float64Array.of(op.number('value_float', 0)) };
  if (op.has('value_int')) return { shape: [], numbers, data: Float64Array.of(op.integer('value_int', 0)) };
  throw op.refuse('only dense numbers are supported as constants');
}

function foldConstantOfShape(op: OnnxOp, lowering: Lowering, claim: Claim): Folded {
  const shape = integersInput(op, lowering, 'shape', 0);
  if (!shape.every((side) => side >= 0)) throw op.broken(`the shape ${shown(shape)} has a negative side`);
  claim(shape);
  const tensor = op.tensor('value');
  const value = tensor && decodeTensor(tensor, op.where);
  return {
    shape,
    numbers: value?.numbers ?? 'float',
    data: new Float64Array(elements(shape)).fill(value?.data[0] ?? 0),
  };
}

function arithmetic(combine: (a: number, b: number) => number): Folding {
  return (op, lowering, claim) => {
    const [a, b] = [input(op, lowering, 0), input(op, lowering, 1)];
    const shape = broadcastShape(a.shape, b.shape);
    if (!shape) throw op.broken(`shapes ${shown(a.shape)} and ${shown(b.shape)} do not broadcast`);
    const numbers = a.numbers === 'integer' && b.numbers === 'integer' ? 'integer' : 'float';
    for (let copies = 0; copies < 3; copies++) claim(shape);
    const [x, y] = [broadcastTo(a, shape), broadcastTo(b, shape)];
    const data = Float64Array.from(x, (value, i) => combine(value, y[i]!));
    return { shape, numbers, data: numbers === 'integer' ? data.map(Math.trunc) : data };
  };
}

function foldCast(op: OnnxOp, lowering: Lowering, claim: Claim): Folded {
  const { shape, data } = input(op, lowering);
  const numbers = numbersOf(op.integer('to', 0));
  if (!numbers) throw op.refuse('only casts to floats and integers are supported');
  if (numbers === 'float') return { shape, numbers, data };
  claim(shape);
  return { shape, numbers, data: Float64Array.from(data, Math.trunc) };
}

function foldConcat(op: OnnxOp, lowering: Lowering, claim: Claim): Folded {
  const first = input(op, lowering);
  const parts = op.inputs.map((_, i) => input(op, lowering, i));
  const axis = axisOf(op, op.integer('axis', 0), first.shape.length);
  const others = (shape: readonly number[]) =>
    String([shape.length, ...shape.slice(0, axis), ...shape.slice(axis + 1)]);
  if (!parts.every(({ shape }) => others(shape) === others(first.shape)))
    throw op.broken('its inputs do not fit together');
  const shape = first.shape.map((side, i) =>
    i === axis ? parts.reduce((sum, part) => sum + part.shape[axis]!, 0) : side,
  );
  claim(shape);
  const data = new Float64Array(elements(shape));
  const blocks = elements(shape.slice(0, axis));
  let to = 0;
  for (let block = 0; block < blocks; block++) {
    for (const part of parts) {
      const length = part.data.length / blocks;
      data.set(part.data.subarray(block * length, (block + 1) * length), to);
      to += length;
    }
  }
  return { shape, numbers: first.numbers, data };
}

function foldExpand(op: OnnxOp, lowering: Lowering, claim: Claim): Folded {
  const x = input(op, lowering);
  const target = integersInput(op, lowering, 'shape', 1);
  const shape = broadcastShape(x.shape, target);
  if (!shape || !shape.every((side) => side >= 0))
    throw op.broken(`shape ${shown(x.shape)} does not expand to ${shown(target)}`);
  claim(shape);
  return { shape, numbers: x.numbers, data: broadcastTo(x, shape) };
}

function foldGather(op: OnnxOp, lowering: Lowering, claim: Claim): Folded {
  const [x, indices] = [input(op, lowering, 0), input(op, lowering, 1)];
  const axis = axisOf(op, op.integer('axis', 0), x.shape.length);
  const size = x.shape[axis]!;
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  claim(shape);
  const inner = elements(x.shape.slice(axis + 1));
  const data = new Float64Array(elements(shape));
  let to = 0;
  for (let block = 0; block < x.data.length; block += size * inner) {
    for (const index of indices.data) {
      const from = block + axisOf(op, index, size, 'index') * inner;
      data.set(x.data.subarray(from, from + inner), to);
      to += inner;
    }
  }
  return { shape, numbers: x.numbers, data };
}

function foldReshape(op: OnnxOp, lowering: Lowering): Folded {
  const x = input(op, lowering);
  return { ...x, shape: reshaped(op, integersInput(op, lowering, 'shape', 1), x.shape) };
}

function foldSlice(op: OnnxOp, lowering: Lowering, claim: Claim): Folded {
  const x = input(op, lowering);
  const slices = slicesOf(op, lowering, x.shape);
  const strides = stridesOf(x.shape);
  const shape = slices.map(({ count }) => count);
  const start = slices.reduce((sum, slice, axis) => sum + slice.start * strides[axis]!, 0);
  claim(shape);
  const steps = slices.map(({ step }, axis) => step * strides[axis]!);
  return { shape, numbers: x.numbers, data: copyStrided(x.data, shape, steps, start) };
}

function foldSqueeze(op: OnnxOp, lowering: Lowering): Folded {
  const x = input(op, lowering);
  const axes = integersArgument(op, lowering, 'axes', 1)?.map((axis) => axisOf(op, axis, x.shape.length));
  const shape = x.shape.filter((side, axis) => (axes ? !axes.includes(axis) : side !== 1));
  if (elements(shape) !== x.data.length)
    throw op.broken(`axes of size 1 must be named, the shape is ${shown(x.shape)}`);
  return { ...x, shape };
}

function foldTranspose(op: OnnxOp, lowering: Lowering, claim: Claim): Folded {
  const x = input(op, lowering);
  const order = op.integers('perm') ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  const isPermutation = order.length === x.shape.length && x.shape.every((_, axis) => order.includes(axis));
  if (!isPermutation) throw op.broken(`perm ${shown(order)} must reorder the axes of ${shown(x.shape)}`);
  const strides = stridesOf(x.shape);
  const shape = order.map((axis) => x.shape[axis]!);
  claim(shape);
  return {
    shape,
    numbers: x.numbers,
    data: copyStrided(
      x.data,
      shape,
      order.map((axis) => strides[axis]!),
    ),
  };
}

function foldUnsqueeze(op: OnnxOp, lowering: Lowering): Folded {
  const x = input(op, lowering);
  const given = integersInput(op, lowering, 'axes', 1);
  const rank = x.shape.length + given.length;
  const axes = new Set(given.map((axis) => axisOf(op, axis, rank)));
  if (axes.size !== given.length) throw op.broken(`axes ${shown(given)} must differ`);
  const sides = x.shape[Symbol.iterator]();
  return {
    ...x,
    shape: Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (sides.next().value as number))),
  };
}
