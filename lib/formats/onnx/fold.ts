import { shown } from '../../check.js';
import { elements } from '../../ndarray.js';
import type { Lowering } from './lowering.js';
import type { OnnxOp } from './op.js';
import {
  foldConcat,
  foldExpand,
  foldGather,
  foldReshape,
  foldSlice,
  foldSqueeze,
  foldTranspose,
  foldUnsqueeze,
} from './fold-layout.js';
import { storedInput, storedIntegers, type Claim, type Folded, type Folding } from './folding.js';
import { broadcastShape, broadcastTo } from './strided.js';
import { castTo, decodeTensor, numbersOf } from './tensor.js';

/**
 * Computes the nodes whose inputs are all known on load.
 *
 * @param room  how many numbers may be made in all, so that a small file cannot ask for any amount of memory
 * @returns     a function that folds a node if it can, and says whether it did
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
  const shape = storedIntegers(op, lowering, 'shape', 0);
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
    const [a, b] = [storedInput(op, lowering, 0), storedInput(op, lowering, 1)];
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
  const { shape, data } = storedInput(op, lowering);
  const numbers = numbersOf(op.integer('to', 0));
  if (!numbers) throw op.refuse('only casts to floats and integers are supported');
  if (numbers !== 'float') claim(shape);
  return { shape, numbers, data: castTo(numbers, data) };
}
