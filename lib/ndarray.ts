import ndarray, { type NdArray } from 'ndarray';
import { argumentError } from './check.js';
import { DeepInsideError } from './errors.js';

/** Host arrays are those of the `ndarray` package: { data, shape, stride, offset }. */
export type { NdArray };
export type FloatArray = NdArray<Float32Array>;
export type ByteArray = NdArray<Uint8Array>;
/** [rows, cols, 1 | 3 | 4] grey levels 0-255: grey, RGB or RGBA. */
export type Image = ByteArray;

/** Wraps `data` (row-major, not copied) as an array of `shape`. */
export function array<T extends Float32Array | Uint8Array | Int32Array>(data: T, shape: readonly number[]): NdArray<T> {
  return ndarray<T>(data, [...shape]);
}

/** The number of elements of an array of this shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Whether the data lie row by row without gaps from the first element on. */
export function isDense(x: NdArray<Float32Array | Uint8Array | Int32Array>): boolean {
  let step = 1;
  for (let axis = x.shape.length - 1; axis >= 0; axis--) {
    if (x.shape[axis] !== 1 && x.stride[axis] !== step) return false;
    step *= x.shape[axis]!;
  }
  return x.offset === 0;
}

/** `value` if it is an ndarray whose data hold every element that its shape and strides name. */
export function ndarrayOf(where: string, what: string, expected: string, value: unknown, remedy = ''): NdArray {
  const { data, shape, stride } = (value ?? {}) as Partial<NdArray>;
  if (!Array.isArray(shape) || !Array.isArray(stride) || typeof data !== 'object' || data === null) {
    throw argumentError(where, what, expected, value, remedy);
  }
  const { length } = data as { length: number };
  if (reachesNoFurther(value as NdArray, length)) return value as NdArray;
  const message = `${where}: ${what} must hold the elements of its shape [${shape.join(', ')}], got ${length} numbers`;
  throw new DeepInsideError('ERR_SHAPE', `${message} (strides [${stride.join(', ')}])`);
}

function reachesNoFurther({ shape, stride, offset }: NdArray, length: number): boolean {
  const whole = [...shape, ...stride, offset].every(Number.isInteger) && shape.every((side) => side >= 0);
  if (!whole || stride.length !== shape.length) return false;
  if (shape.includes(0)) return true;
  const steps = shape.map((side, axis) => (side - 1) * stride[axis]!);
  const first = steps.reduce((sum, step) => sum + Math.min(step, 0), offset);
  const last = steps.reduce((sum, step) => sum + Math.max(step, 0), offset);
  return first >= 0 && last < length;
}

/** As many zeros, or ERR_MEMORY where JavaScript has no room for them. */
export function zeros(where: string, length: number): Float32Array {
  return zerosOf(where, Float32Array, length);
}

/** The same in an array of another type. */
export function zerosOf<T>(where: string, Type: new (length: number) => T, length: number): T {
  try {
    return new Type(length);
  } catch (cause) {
    const message = `${where}: no memory for an array of ${length} numbers; use a smaller batch`;
    throw new DeepInsideError('ERR_MEMORY', message, { cause });
  }
}

/** Whether all values are finite: those with an exponent of ones are not. */
export function allFinite(values: Float32Array): boolean {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  const [ones, one] = [0x7f800000, 0x00800000];
  // One more makes them negative. Four by four, since each `|=` waits for the one before it.
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < words.length; i += 4) {
    a |= (words[i]! & ones) + one;
    b |= (words[i + 1]! & ones) + one;
    c |= (words[i + 2]! & ones) + one;
    d |= (words[i + 3]! & ones) + one;
  }
  for (; i < words.length; i++) a |= (words[i]! & ones) + one;
  return (a | b | c | d) >= 0;
}

/** The elements row by row: the data themselves where they lie so, else a copy. */
export function rowMajor<T extends Float32Array | Uint8Array | Int32Array>(x: NdArray<T>): T {
  const size = elements(x.shape);
  if (isDense(x)) return x.data.subarray(0, size) as T;
  // A Buffer's own constructor is deprecated.
  const Type = x.data instanceof Uint8Array ? Uint8Array : x.data.constructor;
  const to = new (Type as new (length: number) => T)(size);
  const [outer, cols, depth] = [x.shape.slice(0, -2), x.shape.at(-2) ?? 1, x.shape.at(-1) ?? 1];
  const [colStep, step] = [x.stride.at(-2) ?? 0, x.stride.at(-1) ?? 0];
  let at = 0;
  const walk = (axis: number, from: number): void => {
    for (let i = 0; axis < outer.length && i < outer[axis]!; i++) walk(axis + 1, from + i * x.stride[axis]!);
    if (axis < outer.length) return;
    for (let col = 0; col < cols; col++) {
      for (let i = 0; i < depth; i++) to[at++] = x.data[from + col * colStep + i * step]!;
    }
  };
  walk(0, x.offset);
  return to;
}
