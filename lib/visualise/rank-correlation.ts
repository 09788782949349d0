import { inBlocks, type Steps } from '../steps.js';

/** The ranks of an array's elements, less their mean. */
export interface Ranks {
  readonly centred: Float64Array;
  /** The sum of their squares; 0 where all elements are equal. */
  readonly squares: number;
}

/** Of one rank, in multiply-adds: a search for both ends of a run of equal elements. */
const cost = 64;

/**
 * Ranks from the smallest element up; equal ones share the mean of theirs.
 *
 * @param values  none NaN
 */
export function* ranking(values: Float32Array): Steps<Ranks> {
  const sorted = values.slice().sort();
  yield;
  const centred = new Float64Array(values.length);
  let squares = 0;
  yield* inBlocks(values.length, cost, (begin, end) => {
    for (let i = begin; i < end; i++) {
      const value = values[i]!;
      // Its run has the places in between.
      const rank = (countBelow(sorted, value) + countUpTo(sorted, value) - values.length) / 2;
      centred[i] = rank;
      squares += rank * rank;
    }
  });
  return { centred, squares };
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, which with ties is the definition (Kendall 1948). From -1 to 1; null
 * where all elements of one array are equal, so that it has no order.
 */
export function rankCorrelation(a: Ranks, b: Ranks): number | null {
  if (a.squares === 0 || b.squares === 0) return null;
  let products = 0;
  for (let i = 0; i < a.centred.length; i++) products += a.centred[i]! * b.centred[i]!;
  return products / Math.sqrt(a.squares * b.squares);
}

/** How many elements of a sorted array are less than `value`. */
function countBelow(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many elements of a sorted array are at most `value`. */
export function countUpTo(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
