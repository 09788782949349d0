import { integersArgument } from './arguments.js';
import type { Lowering } from './lowering.js';
import type { OnnxOp } from './op.js';
import type { Constant } from './tensor.js';

/** The value of a node all of whose inputs are known on load. */
export type Folded = Omit<Constant, 'kind' | 'name'>;

/** Called with each shape before its elements are allocated; throws once the graph asks for too many. */
export type Claim = (shape: readonly number[]) => void;

export type Folding = (op: OnnxOp, lowering: Lowering, claim: Claim) => Folded;

export function storedInput(op: OnnxOp, lowering: Lowering, index = 0): Constant {
  return lowering.constant(op, index, `input ${index}`);
}

export function storedIntegers(op: OnnxOp, lowering: Lowering, name: string, index: number): readonly number[] {
  const list = integersArgument(op, lowering, name, index);
  if (list) return list;
  throw op.broken(`${name} must be given`);
}
