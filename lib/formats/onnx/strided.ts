import { elements } from '../../ndarray.js';
import type { Constant } from './tensor.js';

type Data = Constant['data'];

/** How many elements lie between neighbours along each axis of a dense, row-major array. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** The elements of `source` from `start` along `strides` (0 repeats, negative walks back), row by row over `shape`. */
export function copyStrided(source: Data, shape: readonly number[], strides: readonly number[], start = 0): Data {
  const length = elements(shape);
  const result = source instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  const index = shape.map(() => 0);
  let from = start;
  for (let to = 0; to < length; to++) {
    result[to] = source[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** The common shape of two arrays under numpy's broadcasting, or null. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const [wideA, wideB] = [widened(a, rank), widened(b, rank)];
  const fits = wideA.every((side, axis) => side === wideB[axis] || side === 1 || wideB[axis] === 1);
  return fits ? wideA.map((side, axis) => (side === 1 ? wideB[axis]! : side)) : null;
}

/** `constant` repeated to a shape that it broadcasts to. */
export function broadcastTo(constant: Constant, shape: readonly number[]): Data {
  const own = widened(constant.shape, shape.length);
  const strides = stridesOf(own).map((step, axis) => (own[axis] === 1 ? 0 : step));
  return copyStrided(constant.data, shape, strides);
}

/** `shape` with ones in front, up to `rank` axes. */
function widened(shape: readonly number[], rank: number): number[] {
  return [...Array<number>(rank - shape.length).fill(1), ...shape];
}
