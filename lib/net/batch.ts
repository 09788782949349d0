import { shown } from '../check.js';
import { DeepInsideError } from '../errors.js';
import type { Preprocessing } from '../formats/model.js';
import { array, elements, isDense, type FloatArray, type Image, type NdArray } from '../ndarray.js';
import { prepare } from './prepare.js';
import { preprocessingChoices, type InputShape } from './preprocessing.js';

/** What a network can be run on: an image, an input [channels, rows, cols], or a batch of those [n, ...]. */
export type NetworkInput = Image | FloatArray;

/** Inputs ready to be written to the device. */
export interface Batch {
  readonly n: number;
  /** Dense [n, channels, rows, cols]. */
  readonly data: Float32Array;
  /** Whether one input came, and not a batch of n. */
  readonly single: boolean;
  /** The image that was prepared, if one came. */
  readonly image: Image | null;
}

interface Receiver {
  readonly inputShape: InputShape;
  readonly preprocessing: Preprocessing | null;
}

/** An image, prepared, or inputs as they are; throws ERR_SHAPE, ERR_DTYPE or ERR_ARGUMENT for anything else. */
export function batchOf(where: string, receiver: Receiver, given: unknown): Batch {
  const input = ndarrayOf(where, receiver, given);
  if (input.data instanceof Float32Array) return inputs(where, receiver, input as FloatArray);
  if (input.data instanceof Uint8Array) {
    const image = input as Image;
    return { n: 1, data: preparedBy(where, receiver, image).data, single: true, image };
  }
  const came = (input.data as object).constructor.name;
  throw new DeepInsideError('ERR_DTYPE', `${where}: ${expectation(receiver)}, got an ndarray of ${came}`);
}

/** The input that the network's preprocessing makes of an image. */
export function preparedBy(where: string, { preprocessing }: Receiver, img: Image): FloatArray {
  if (preprocessing) return prepare(preprocessing, img);
  const remedy = `load it with preprocessing: ${preprocessingChoices}, or pass a float32 input`;
  throw new DeepInsideError(
    'ERR_ARGUMENT',
    `${where}: img is an image, but this network's file states no preprocessing; ${remedy}`,
  );
}

function inputs(where: string, receiver: Receiver, input: FloatArray): Batch {
  const single = input.shape.length === receiver.inputShape.length;
  const one = single ? input.shape : input.shape.slice(1);
  const n = single ? 1 : input.shape[0]!;
  if (one.join() === receiver.inputShape.join() && n >= 1) {
    return { n, data: finite(where, dense(input)), single, image: null };
  }
  const message = `${where}: ${expectation(receiver)}, got float32 [${input.shape.join(', ')}]`;
  throw new DeepInsideError('ERR_SHAPE', message);
}

/** A NaN would vanish in the first ReLU, and a map of zeros come out. */
function finite(where: string, data: Float32Array): Float32Array {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! * 0;
  if (sum === 0) return data;
  const at = data.findIndex((value) => !Number.isFinite(value));
  throw new DeepInsideError('ERR_ARGUMENT', `${where}: the input must be finite, got ${data[at]} at element ${at}`);
}

function ndarrayOf(where: string, receiver: Receiver, given: unknown): NdArray {
  const { data, shape, stride } = (given ?? {}) as Partial<NdArray>;
  if (Array.isArray(shape) && Array.isArray(stride) && typeof data === 'object') return given as NdArray;
  throw new DeepInsideError('ERR_ARGUMENT', `${where}: ${expectation(receiver)}, got ${shown(given)}`);
}

function expectation({ inputShape }: Receiver): string {
  const sides = inputShape.join(', ');
  return `img must be a uint8 image [rows, cols, 1 | 3 | 4] or a float32 input [${sides}] or batch [n, ${sides}]`;
}

/** The elements in row-major order, shared where they lie so already. */
export function dense(x: FloatArray): Float32Array {
  const size = elements(x.shape);
  if (isDense(x)) return x.data.subarray(0, size);
  const y = new Float32Array(size);
  let at = 0;
  const copy = (axis: number, from: number): void => {
    if (axis === x.shape.length) y[at++] = x.data[from]!;
    else for (let i = 0; i < x.shape[axis]!; i++) copy(axis + 1, from + i * x.stride[axis]!);
  };
  copy(0, x.offset);
  return y;
}

/** Results of a batch as an array [n, ...shape], or [...shape] where one input came. */
export function resultOf(batch: Pick<Batch, 'n' | 'single'>, data: Float32Array, shape: readonly number[]): FloatArray {
  return array(data, batch.single ? shape : [batch.n, ...shape]);
}
