import type { HostTensor } from '#lib/formats/model.js';

export type ReluRule = 'gradient' | 'deconvnet' | 'guided';
export type Weights = ReadonlyMap<string, HostTensor>;
export type Shape = readonly number[];

export interface Value {
  /** [n, channels, rows, cols] or [n, features]. */
  readonly shape: Shape;
  readonly data: Float64Array;
  /** Max pooling only: row * cols + col of each maximum in its plane. */
  readonly switches?: Int32Array;
}

export type Values = ReadonlyMap<string, Value>;

/** The number of elements of an array of this shape. */
export function count(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** `shape` as [n, channels, rows, cols]: features are channels of one pixel. */
export function planes(shape: Shape): readonly [n: number, channels: number, rows: number, cols: number] {
  return [shape[0]!, shape[1]!, shape[2] ?? 1, shape[3] ?? 1];
}

/** The weight called `name`, of `shape` if that is given. */
export function weightOf(weights: Weights, name: string, shape?: Shape): HostTensor {
  const weight = weights.get(name);
  if (!weight) throw new Error(`there is no weight "${name}"`);
  if (shape && (weight.shape.length !== shape.length || weight.shape.some((side, axis) => side !== shape[axis]))) {
    throw new Error(`weight "${name}" must be [${shape}], is [${weight.shape}]`);
  }
  return weight;
}
