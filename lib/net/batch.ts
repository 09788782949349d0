import { allFinite } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import type { Preprocessing } from '../formats/model.js';
import { image as imageOf } from '../image/image.js';
import { atOnce, inSlices } from '../steps.js';
import { array, elements, ndarrayOf, rowMajor, type FloatArray, type Image } from '../ndarray.js';
import { preparing } from './prepare.js';
import { preprocessingChoices, type InputShape } from './preprocessing.js';
import type { SpareArrays } from './spare-arrays.js';
import { argument, type Subject } from './subject.js';
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
export function batchOf(subject: Subject, receiver: Receiver, given: unknown, region: Region | null = null): Batch {
  const { where, what } = subject;
  const expected = expectation(subject, receiver);
  const input = ndarrayOf(where, what, expected, given, remedyFor(subject, given));
  if (input.data instanceof Uint8Array) return prepared(subject, receiver, input as Image, region);
  if (!(input.data instanceof Float32Array)) {
    const came = (input.data as object).constructor.name;
    throw new DeepInsideError('ERR_DTYPE', `${where}: ${what} must be ${expected}, got an ndarray of ${came}`);
  }
  if (region === null) return inputs(subject, receiver, input as FloatArray);
  const message = `${where}: ${what} must be a uint8 image where tenCrops is true, for crops to be cut from it`;
  throw new DeepInsideError('ERR_ARGUMENT', `${message}, got float32 [${input.shape.join(', ')}]; leave tenCrops out`);
}

function prepared(subject: Subject, receiver: Receiver, img: Image, region: Region | null): Batch {
  const { view, steps } = preparation(subject, receiver, img, region);
  const data = inSlices(steps);
  // Who waits for it hears of it; if the call has failed before, nobody does.
  if (data instanceof Promise) data.catch(() => undefined);
  return { n: view.crops.length, data, single: true, view };
}

function preparation(subject: Subject, receiver: Receiver, img: Image, region: Region | null) {
  const preprocessing = preprocessingOf(subject, receiver);
  const [rows, cols] = imageOf(subject.where, subject.what, img).shape as [number, number];
  const view = viewOf(subject, preprocessing, [rows, cols], region);
  return { view, steps: preparing(preprocessing, img, view) };
}

function preprocessingOf({ where, what }: Subject, { preprocessing }: Receiver): Preprocessing {
  if (preprocessing) return preprocessing;
  const remedy = `load it with preprocessing: ${preprocessingChoices}, or pass a float32 input`;
  throw new DeepInsideError(
    'ERR_ARGUMENT',
    `${where}: ${what} is an image, but this network's file states no preprocessing; ${remedy}`,
  );
}

/** The input that the network's preprocessing makes of an image. */
export function inputOf(where: string, receiver: Receiver, img: Image): FloatArray {
  return array(atOnce(preparation(argument(where, 'img'), receiver, img, null).steps), receiver.inputShape);
}

function inputs(subject: Subject, receiver: Receiver, input: FloatArray): Batch {
  const single = input.shape.length === receiver.inputShape.length;
  const one = single ? input.shape : input.shape.slice(1);
  const n = single ? 1 : input.shape[0]!;
  if (one.join() === receiver.inputShape.join() && n >= 1) {
    return { n, data: finiteCopy(subject, receiver, input), single, view: null };
  }
  const message = `${subject.where}: ${subject.what} must be ${expectation(subject, receiver)}`;
  throw new DeepInsideError('ERR_SHAPE', `${message}, got float32 [${input.shape.join(', ')}]`);
}

/**
 * A copy, since the caller may change the array before its turn comes. A NaN would end in scores that are not finite,
 * whose error could not say where it came from.
 */
function finiteCopy({ where, what }: Subject, { spare }: Receiver, input: FloatArray): Float32Array {
  const data = spare.take(where, elements(input.shape));
  data.set(rowMajor(input));
  if (allFinite(data)) return data;
  const at = data.findIndex((value) => !Number.isFinite(value));
  const axes = input.shape.length === 4 ? '[n, channel, row, col]' : '[channel, row, col]';
  const message = `${where}: ${what} must be finite, got ${data[at]} at ${axes} [${place(at, input.shape).join(', ')}]`;
  throw new DeepInsideError('ERR_ARGUMENT', message);
}

/** The indices of element `at` of a dense array. */
function place(at: number, shape: readonly number[]): number[] {
  return shape.map((side, axis) => Math.floor(at / elements(shape.slice(axis + 1))) % side);
}

function expectation({ orSeveral }: Subject, { inputShape }: Receiver): string {
  const sides = inputShape.join(', ');
  const one = `a uint8 image [rows, cols, 1 | 3 | 4] or a float32 input [${sides}] or batch [n, ${sides}]`;
  return orSeveral ? `${one}, an array of these or an async iterable` : one;
}

function remedyFor({ what, orSeveral }: Subject, given: unknown): string {
  const isIterable = typeof given === 'object' && given !== null && Symbol.iterator in given;
  return orSeveral && isIterable ? `make it an array: [...${what}]` : '';
}

/** Results of a batch as an array [n, ...shape], or [...shape] where one input came. */
export function resultOf(batch: Pick<Batch, 'n' | 'single'>, data: Float32Array, shape: readonly number[]): FloatArray {
  return array(data, batch.single ? shape : [batch.n, ...shape]);
}
