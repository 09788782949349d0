import type { Shape } from '../device/index.js';
import { elements, zerosOf } from '../ndarray.js';
import type { Batch } from './batch.js';

/** From here on larger batches are no faster. */
const mostInputs = 32;
/** Bytes of activations. */
const mostBytes = 2 ** 30;

/**
 * How many inputs run as one batch, so that memory is bounded. Choice: at most 32, and a gigabyte of activations.
 *
 * @param shapes  of every value for one input
 */
export function largestBatch(shapes: Iterable<Shape>): number {
  const bytes = 4 * [...shapes].reduce((sum, shape) => sum + elements(shape), 0);
  return Math.max(1, Math.min(mostInputs, Math.floor(mostBytes / bytes)));
}

/**
 * What `work` gives for a batch of any size, done in parts of one size: the last may begin before the end of the one
 * before it, and then does a part of its work again.
 *
 * @param most  inputs in a part
 * @param work  gives arrays [n, ...] for the n inputs of a part, which begins at input `first`
 * @returns     the same arrays for the whole batch
 */
export async function inParts<Arrays extends readonly (Float32Array | Int32Array)[]>(
  batch: Batch,
  most: number,
  work: (part: Batch, first: number) => Promise<Arrays>,
): Promise<Arrays> {
  const parts = Math.ceil(batch.n / most);
  if (parts === 1) return work(batch, 0);
  const n = Math.ceil(batch.n / parts);
  const all = await batch.data;
  const ofInput = all.length / batch.n;
  const whole: (Float32Array | Int32Array)[] = [];
  for (let part = 0; part < parts; part++) {
    const first = Math.min(part * n, batch.n - n);
    const data = all.subarray(first * ofInput, (first + n) * ofInput);
    const results = await work({ ...batch, n, data }, first);
    for (const [i, values] of results.entries()) {
      whole[i] ??= zerosOf('batch', values.constructor as typeof Int32Array, (values.length / n) * batch.n);
      whole[i].set(values, (values.length / n) * first);
    }
  }
  return whole as unknown as Arrays;
}
