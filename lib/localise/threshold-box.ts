import { finite, knownOptions, oneOf, positive } from '../check.js';
import type { Box } from '../image/box.js';
import { blurred } from '../image/blurred.js';
import { finiteValues } from '../image/finite-values.js';
import { seenOf, type FramedMap } from '../image/framed-map.js';
import { map as mapOf } from '../image/image.js';
import type { FloatArray } from '../ndarray.js';
import { inBlocks, inSlices, type Steps } from '../steps.js';
import { boxAround, wholeImageBox } from './box.js';
import { componentsOf, largest } from './components.js';
import { energyThreshold } from './energy-threshold.js';

/** How a threshold follows from a map. */
export type ThresholdRule = 'maximum' | 'energy' | 'mean';

export interface ThresholdBoxOptions {
  /**
   * 'maximum': pixels of at least `amount` times the largest value, default 0.25; 'energy': the fewest of the highest
   * pixels that hold a share `amount` of the sum of all values, default 0.1, with all that equal the last of them;
   * 'mean': pixels of at least `amount` times the mean, default 5. The first two are shares from 0 to 1, the last is any
   * number above 0.
   */
  readonly rule?: ThresholdRule;
  readonly amount?: number;
  /**
   * Standard deviation, in pixels, of the Gaussian that the map is smoothed with first; default 0: not at all. Maps of
   * gradients are made of dots, which hang together only then.
   */
  readonly blur?: number;
  /** Which of these pixels the box is around: the largest 8-connected component of them (default), or all. */
  readonly around?: 'largest component' | 'all';
}

const defaults: Record<ThresholdRule, number> = { maximum: 0.25, energy: 0.1, mean: 5 };

/**
 * The box around the highest values of a map: localisation without colours, to compare with.
 *
 * Choice: the rules and amounts are those that Fong and Vedaldi (2017) found best for maps of gradients, with 'maximum'
 * for their threshold on values scaled from 0 to 1; they take the box around all pixels, where the largest component
 * holds on to one object. What the network did not see has no value, and enters no smoothed one. Where all values are
 * equal, or none of the map is left, the box is that of the whole image.
 *
 * @param map  [rows, cols] float32, finite; a value below 0 counts as 0
 * @returns    in the frame of the map. A promise, since a megapixel takes some dozen milliseconds and with `blur` some
 *             more, in slices between which others have their turn
 * @throws     ERR_ARGUMENT for a map with a NaN and options that are none; ERR_SHAPE, ERR_DTYPE
 */
export async function thresholdBox(map: FloatArray | FramedMap, options: ThresholdBoxOptions = {}): Promise<Box> {
  const where = 'thresholdBox';
  knownOptions(where, options, ['rule', 'amount', 'blur', 'around']);
  const { rule = 'maximum', blur = 0, around = 'largest component' } = options;
  finite(where, 'blur', blur, 0, 64);
  oneOf(where, 'rule', rule, ['maximum', 'energy', 'mean']);
  oneOf(where, 'around', around, ['largest component', 'all']);
  const { amount = defaults[rule] } = options;
  if (rule === 'mean') positive(where, 'amount', amount);
  else finite(where, 'amount', amount, 0, 1);
  const [rows, cols] = mapOf(where, 'map', map).shape as [number, number];
  // Copies, since the caller may use the arrays for something else before the end.
  const seen = seenOf(where, 'map', map)?.slice() ?? null;
  const given = finiteValues(where, 'map', map).slice();
  const values = blur === 0 ? given : await inSlices(smoothed(given, seen, [rows, cols], blur));
  const threshold = await inSlices(thresholds[rule](await inSlices(positiveValues(values, seen)), amount));
  const mask = await inSlices(maskFrom(values, seen, threshold));
  const chosen = around === 'all' ? mask : await inSlices(largest(await inSlices(componentsOf(mask, cols))));
  return (chosen && boxAround(chosen, cols)) ?? wholeImageBox(rows, cols);
}

/** The mean of the seen values around each seen pixel, by the weights of a Gaussian; 0 at the others. */
function* smoothed(
  given: Float32Array,
  seen: Uint8Array | null,
  size: readonly [rows: number, cols: number],
  sigma: number,
): Steps<Float32Array> {
  if (!seen) return yield* blurred(given, size, sigma);
  const [values, weights] = [new Float32Array(given.length), new Float32Array(given.length)];
  yield* inBlocks(given.length, 4, (begin, end) => takeSeen(given, seen, values, weights, begin, end));
  const [sums, weightSums] = [yield* blurred(values, size, sigma), yield* blurred(weights, size, sigma)];
  yield* inBlocks(sums.length, 8, (begin, end) => divideSeen(sums, seen, weightSums, begin, end));
  return sums;
}

function takeSeen(
  given: Float32Array,
  seen: Uint8Array,
  values: Float32Array,
  weights: Float32Array,
  begin: number,
  end: number,
): void {
  for (let i = begin; i < end; i++) {
    if (seen[i] === 0) continue;
    values[i] = given[i]!;
    weights[i] = 1;
  }
}

function divideSeen(sums: Float32Array, seen: Uint8Array, weightSums: Float32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) sums[i] = seen[i] === 0 ? 0 : sums[i]! / weightSums[i]!;
}

/** What was not seen is no value, and what is below 0 counts as 0. */
function* positiveValues(values: Float32Array, seen: Uint8Array | null): Steps<Float32Array> {
  const counted = new Float32Array(values.length);
  let count = 0;
  yield* inBlocks(values.length, 4, (begin, end) => (count = takePositive(values, seen, counted, count, begin, end)));
  return counted.subarray(0, count);
}

/** From place `at` of `to` on; returns the place behind the last. */
function takePositive(
  values: Float32Array,
  seen: Uint8Array | null,
  to: Float32Array,
  at: number,
  begin: number,
  end: number,
): number {
  for (let i = begin; i < end; i++) if (seen?.[i] !== 0) to[at++] = Math.max(values[i]!, 0);
  return at;
}

/** 1 for each seen pixel of at least the threshold that is above 0. */
function* maskFrom(values: Float32Array, seen: Uint8Array | null, threshold: number): Steps<Uint8Array> {
  const mask = new Uint8Array(values.length);
  yield* inBlocks(values.length, 4, (begin, end) => markHigh(values, seen, threshold, mask, begin, end));
  return mask;
}

function markHigh(
  values: Float32Array,
  seen: Uint8Array | null,
  threshold: number,
  mask: Uint8Array,
  begin: number,
  end: number,
): void {
  for (let i = begin; i < end; i++) {
    const value = values[i]!;
    if (value >= threshold && value > 0 && seen?.[i] !== 0) mask[i] = 1;
  }
}

/** The least value that belongs to the object. */
const thresholds: Record<ThresholdRule, (values: Float32Array, amount: number) => Steps<number>> = {
  *maximum(values, amount) {
    let most = 0;
    yield* inBlocks(values.length, 4, (begin, end) => (most = largestOf(values, most, begin, end)));
    return amount * most;
  },
  *mean(values, amount) {
    let sum = 0;
    yield* inBlocks(values.length, 4, (begin, end) => (sum = added(values, sum, begin, end)));
    return (amount * sum) / values.length;
  },
  energy: energyThreshold,
};

function largestOf(values: Float32Array, most: number, begin: number, end: number): number {
  for (let i = begin; i < end; i++) most = Math.max(most, values[i]!);
  return most;
}

function added(values: Float32Array, sum: number, begin: number, end: number): number {
  for (let i = begin; i < end; i++) sum += values[i]!;
  return sum;
}
