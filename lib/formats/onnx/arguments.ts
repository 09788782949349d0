import { shown } from '../../check.js';
import type { Lowering } from './lowering.js';
import type { OnnxOp } from './op.js';

/** Far more axes, sizes or indices than any supported operator takes. */
const longestList = 65536;

/**
 * Integers that older operator sets hold in an attribute and newer ones in an input (axes, pads, starts...).
 *
 * @returns  null where the node states neither
 */
export function integersArgument(
  op: OnnxOp,
  lowering: Lowering,
  name: string,
  input: number,
): readonly number[] | null {
  const attribute = op.integers(name);
  if (attribute) return attribute;
  const constant = lowering.optionalConstant(op, input, name);
  if (!constant) return null;
  if (constant.data.length <= longestList && constant.data.every(Number.isInteger)) return [...constant.data];
  throw op.broken(`${name} must be integers, got ${constant.data.length} numbers of shape ${shown(constant.shape)}`);
}

/** One number that older operator sets hold in an attribute and newer ones in an input. */
export function numberArgument(op: OnnxOp, lowering: Lowering, name: string, input: number, otherwise: number): number {
  const constant = op.has(name) ? null : lowering.optionalConstant(op, input, name);
  if (!constant) return op.number(name, otherwise);
  if (constant.data.length === 1) return constant.data[0]!;
  throw op.broken(`${name} must be one number, got ${constant.data.length}`);
}

/** One of `count` axes (or indices), counted from the end where negative. */
export function axisOf(op: OnnxOp, axis: number, count: number, what = 'axis'): number {
  if (Number.isInteger(axis) && axis >= -count && axis < count) return axis < 0 ? axis + count : axis;
  throw op.broken(`${what} ${axis} must be one of the ${count} of its input`);
}

/** The elements that a Slice takes along one axis: `count` of them from `start` in steps of `step`. */
export interface AxisSlice {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** What a Slice takes along each axis of an input of that shape. */
export function slicesOf(op: OnnxOp, lowering: Lowering, shape: readonly number[]): AxisSlice[] {
  const starts = integersArgument(op, lowering, 'starts', 1) ?? [];
  const ends = integersArgument(op, lowering, 'ends', 2) ?? [];
  const axes = integersArgument(op, lowering, 'axes', 3) ?? starts.map((_, i) => i);
  const steps = integersArgument(op, lowering, 'steps', 4) ?? starts.map(() => 1);
  const slices = shape.map((count) => ({ start: 0, step: 1, count }));
  axes.forEach((given, i) => {
    const axis = axisOf(op, given, shape.length);
    const [start, end, step] = [starts[i], ends[i], steps[i]];
    if (start === undefined || end === undefined || !step)
      throw op.broken('starts, ends, axes and steps must fit together');
    slices[axis] = sliceOf(shape[axis]!, start, end, step);
  });
  return slices;
}

/** As in Python: bounds count from the end where negative and are clamped; the largest integers mean "to the end". */
function sliceOf(size: number, start: number, end: number, step: number): AxisSlice {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const bound = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
  const first = bound(start);
  return { start: first, step, count: Math.max(0, Math.ceil((bound(end) - first) / step)) };
}

/** The shape that a Reshape to `target` gives: 0 copies an axis (unless `allowzero`), -1 is inferred. */
export function reshaped(op: OnnxOp, target: readonly number[], shape: readonly number[]): number[] {
  const copies = op.integer('allowzero', 0) === 0;
  const sides = target.map((side, axis) => (side === 0 && copies ? (shape[axis] ?? 0) : side));
  const count = shape.reduce((product, side) => product * side, 1);
  const rest = sides.reduce((product, side) => (side === -1 ? product : product * side), 1);
  const result = sides.map((side) => (side === -1 ? count / rest : side));
  const fits = result.every((side) => Number.isSafeInteger(side) && side >= 0);
  if (fits && result.reduce((product, side) => product * side, 1) === count) return result;
  throw op.broken(`an input of shape ${shown(shape)} cannot take the shape ${shown(target)}`);
}
