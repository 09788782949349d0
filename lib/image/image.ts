import { argumentError, integer } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { array, isDense, ndarrayOf, rowMajor, type FloatArray, type Image, type NdArray } from '../ndarray.js';

/** `value` if it is an image: a Uint8 ndarray [rows, cols, 1 | 3 | 4] with at least one pixel. */
export function image(where: string, what: string, value: unknown): Image {
  const given = ndarrayOf(where, what, 'a Uint8 ndarray [rows, cols, 1 | 3 | 4]', value);
  if (!(given.data instanceof Uint8Array)) {
    throw dtypeError(where, `${what} must hold uint8 grey levels from 0 to 255`, given);
  }
  const [rows = 0, cols = 0, channels = 0] = given.shape;
  if (given.shape.length !== 3 || rows < 1 || cols < 1 || ![1, 3, 4].includes(channels)) {
    throw shapeError(where, `${what} must be [rows, cols, 1 | 3 | 4]`, given);
  }
  return given as Image;
}

/** `value` if it is a map: a Float32 ndarray [rows, cols] with at least one element. */
export function map(where: string, what: string, value: unknown): FloatArray {
  const given = ndarrayOf(where, what, 'a Float32 ndarray [rows, cols]', value);
  if (!(given.data instanceof Float32Array)) throw dtypeError(where, `${what} must hold float32 values`, given);
  if (given.shape.length !== 2 || given.shape.some((side) => side < 1)) {
    throw shapeError(where, `${what} must be [rows, cols]`, given);
  }
  return given as FloatArray;
}

/** `value` if it is [rows, cols], both at least 1. */
export function size(where: string, what: string, value: unknown): [number, number] {
  if (!Array.isArray(value) || value.length !== 2) throw argumentError(where, what, '[rows, cols]', value);
  return [integer(where, `rows of ${what}`, value[0], 1), integer(where, `cols of ${what}`, value[1], 1)];
}

/** `x` itself if its data are its elements row by row and nothing else, else a copy of which that is true. */
export function dense<T extends Float32Array | Uint8Array>(x: NdArray<T>): NdArray<T> {
  return isDense(x) && x.data.length === x.size ? x : copy(x);
}

/** The elements of `x` row by row in memory of their own. */
export function copy<T extends Float32Array | Uint8Array>(x: NdArray<T>): NdArray<T> {
  const data = rowMajor(x);
  if (data.buffer !== x.data.buffer) return array(data, x.shape);
  // A Buffer's own slice shares its memory.
  return array((data instanceof Uint8Array ? new Uint8Array(data) : data.slice()) as T, x.shape);
}

function dtypeError(where: string, rule: string, got: NdArray): DeepInsideError {
  return new DeepInsideError('ERR_DTYPE', `${where}: ${rule}, got ${(got.data as object).constructor.name}`);
}

function shapeError(where: string, rule: string, got: NdArray): DeepInsideError {
  return new DeepInsideError('ERR_SHAPE', `${where}: ${rule}, got [${got.shape.join(', ')}]`);
}
