import { shown } from '../../check.js';
import { elements } from '../../ndarray.js';
import { axisOf, integersArgument, reshaped, slicesOf } from './arguments.js';
import { storedInput, storedIntegers, type Claim, type Folded } from './folding.js';
import type { Lowering } from './lowering.js';
import type { OnnxOp } from './op.js';
import { broadcastShape, broadcastTo, copyStrided, stridesOf } from './strided.js';

export function foldConcat(op: OnnxOp, lowering: Lowering, claim: Claim): Folded {
  const first = storedInput(op, lowering);
  const parts = op.inputs.map((_, i) => storedInput(op, lowering, i));
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

export function foldExpand(op: OnnxOp, lowering: Lowering, claim: Claim): Folded {
  const x = storedInput(op, lowering);
  const target = storedIntegers(op, lowering, 'shape', 1);
  const shape = broadcastShape(x.shape, target);
  if (!shape || !shape.every((side) => side >= 0))
    throw op.broken(`shape ${shown(x.shape)} does not expand to ${shown(target)}`);
  claim(shape);
  return { shape, numbers: x.numbers, data: broadcastTo(x, shape) };
}

export function foldGather(op: OnnxOp, lowering: Lowering, claim: Claim): Folded {
  const [x, indices] = [storedInput(op, lowering, 0), storedInput(op, lowering, 1)];
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

export function foldReshape(op: OnnxOp, lowering: Lowering): Folded {
  const x = storedInput(op, lowering);
  return { ...x, shape: reshaped(op, storedIntegers(op, lowering, 'shape', 1), x.shape) };
}

export function foldSlice(op: OnnxOp, lowering: Lowering, claim: Claim): Folded {
  const x = storedInput(op, lowering);
  const slices = slicesOf(op, lowering, x.shape);
  const strides = stridesOf(x.shape);
  const shape = slices.map(({ count }) => count);
  const start = slices.reduce((sum, slice, axis) => sum + slice.start * strides[axis]!, 0);
  claim(shape);
  const steps = slices.map(({ step }, axis) => step * strides[axis]!);
  return { shape, numbers: x.numbers, data: copyStrided(x.data, shape, steps, start) };
}

export function foldSqueeze(op: OnnxOp, lowering: Lowering): Folded {
  const x = storedInput(op, lowering);
  const axes = integersArgument(op, lowering, 'axes', 1)?.map((axis) => axisOf(op, axis, x.shape.length));
  const shape = x.shape.filter((side, axis) => (axes ? !axes.includes(axis) : side !== 1));
  if (elements(shape) !== x.data.length)
    throw op.broken(`axes of size 1 must be named, the shape is ${shown(x.shape)}`);
  return { ...x, shape };
}

export function foldTranspose(op: OnnxOp, lowering: Lowering, claim: Claim): Folded {
  const x = storedInput(op, lowering);
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

export function foldUnsqueeze(op: OnnxOp, lowering: Lowering): Folded {
  const x = storedInput(op, lowering);
  const given = storedIntegers(op, lowering, 'axes', 1);
  const rank = x.shape.length + given.length;
  const axes = new Set(given.map((axis) => axisOf(op, axis, rank)));
  if (axes.size !== given.length) throw op.broken(`axes ${shown(given)} must differ`);
  const sides = x.shape[Symbol.iterator]();
  return {
    ...x,
    shape: Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (sides.next().value as number))),
  };
}
