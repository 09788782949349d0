import { allFinite } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import type { Preprocessing } from '../formats/model.js';
import { image as imageOf } from '../image/image.js';
import { atOnce, inSlices } from '../steps.js';
import { array, elements, ndarrayOf, rowMajor, type FloatArray, type Image } from '../ndarray.js';
import { preparing } from './prepare.js';
import { preprocessingChoices, type InputShape } from './preprocessing.js';
import type { SpareArrays } from './spare-arrays.js';
import type { Region } from './ten-crops.js';
import { viewOf, type View } from './view.js';

/** What a network can be run on: an image, an input [channels, rows, cols], or a batch of those [n, ...]. */
export type NetworkInput = Image | FloatArray;

/** Inputs ready to be written to the device. */
export interface Batch {
  readonly n: number;
  /** Dense [n, channels, rows, cols]; a promise while a large image is still being resized. */
  readonly data: Float32Array | Promise<Float32Array>;
  /** Whether one image or input came, and not a batch of n. */
  readonly single: boolean;
  /** Of which n crops of an image the inputs were made, if an image came. */
  readonly view: View | null;
}

interface Receiver {
  readonly inputShape: InputShape;
  readonly preprocessing: Preprocessing | null;
  /** For copies of inputs. */
  readonly spare: SpareArrays;
}

/**
 * An image, prepared, or inputs as they are.
 *
 * @param region  of the ten crops that are to be made of an image; null: one crop, its centre
 * @throws        ERR_SHAPE, ERR_DTYPE or ERR_ARGUMENT for anything else, and for inputs where ten crops are asked for
 */
export function batchOf(where: string, receiver: Receiver, given: unknown, region: Region | null = null): Batch {
  const input = ndarrayOf(where, 'img', expectation(receiver), given);
  if (input.data instanceof Uint8Array) return prepared(where, receiver, input as Image, region);
  if (!(input.data instanceof Float32Array)) {
    const came = (input.data as object).constructor.name;
    throw new DeepInsideError('ERR_DTYPE', `${where}: img must be ${expectation(receiver)}, got an ndarray of ${came}`);
  }
  if (region === null) return inputs(where, receiver, input as FloatArray);
  const message = `${where}: img must be a uint8 image where tenCrops is true, for crops to be cut from it`;
  throw new DeepInsideError('ERR_ARGUMENT', `${message}, got float32 [${input.shape.join(', ')}]; leave tenCrops out`);
}

function prepared(where: string, receiver: Receiver, img: Image, region: Region | null): Batch {
  const { view, steps } = preparation(where, receiver, img, region);
  const data = inSlices(steps);
  // Who waits for it hears of it; if the call has failed before, nobody does.
  if (data instanceof Promise) data.catch(() => undefined);
  return { n: view.crops.length, data, single: true, view };
}

function preparation(where: string, receiver: Receiver, img: Image, region: Region | null) {
  const preprocessing = preprocessingOf(where, receiver);
  const [rows, cols] = imageOf(where, 'img', img).shape as [number, number];
  const view = viewOf(where, preprocessing, [rows, cols], region);
  return { view, steps: preparing(preprocessing, img, view) };
}

function preprocessingOf(where: string, { preprocessing }: Receiver): Preprocessing {
  if (preprocessing) return preprocessing;
  const remedy = `load it with preprocessing: ${preprocessingChoices}, or pass a float32 input`;
  throw new DeepInsideError(
    'ERR_ARGUMENT',
    `${where}: img is an image, but this network's file states no preprocessing; ${remedy}`,
  );
}

/** The input that the network's preprocessing makes of an image. */
export function inputOf(where: string, receiver: Receiver, img: Image): FloatArray {
  return array(atOnce(preparation(where, receiver, img, null).steps), receiver.inputShape);
}

function inputs(where: string, receiver: Receiver, input: FloatArray): Batch {
  const single = input.shape.length === receiver.inputShape.length;
  const one = single ? input.shape : input.shape.slice(1);
  const n = single ? 1 : input.shape[0]!;
  if (one.join() === receiver.inputShape.join() && n >= 1) {
    return { n, data: finiteCopy(where, receiver, input), single, view: null };
  }
  const message = `${where}: img must be ${expectation(receiver)}, got float32 [${input.shape.join(', ')}]`;
  throw new DeepInsideError('ERR_SHAPE', message);
}

/**
 * A copy, since the caller may change the array before its turn comes. A NaN would end in scores that are not finite,
 * whose error could not say where it came from.
 */
function finiteCopy(where: string, { spare }: Receiver, input: FloatArray): Float32Array {
  const data = spare.take(where, elements(input.shape));
  data.set(rowMajor(input));
  if (allFinite(data)) return data;
  const at = data.findIndex((value) => !Number.isFinite(value));
  throw new DeepInsideError('ERR_ARGUMENT', `${where}: the input must be finite, got ${data[at]} at element ${at}`);
}

function expectation({ inputShape }: Receiver): string {
  const sides = inputShape.join(', ');
  return `a uint8 image [rows, cols, 1 | 3 | 4] or a float32 input [${sides}] or batch [n, ${sides}]`;
}

/** Results of a batch as an array [n, ...shape], or [...shape] where one input came. */
export function resultOf(batch: Pick<Batch, 'n' | 'single'>, data: Float32Array, shape: readonly number[]): FloatArray {
  return array(data, batch.single ? shape : [batch.n, ...shape]);
}
