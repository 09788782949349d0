import ndarray, { type NdArray } from 'ndarray';

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
