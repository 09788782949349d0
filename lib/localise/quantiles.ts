import { orderStatistics } from '../image/order-statistics.js';
import { inBlocks, type Steps } from '../steps.js';
import type { WorkMap } from './work-grid.js';

/**
 * Quantiles of the values that were seen: with the values sorted from place 0 to n - 1, the value at place (n - 1) q,
 * linearly interpolated between its two neighbours. Null where none was seen.
 *
 * Choice: so NumPy and Matlab's newer versions define them by default; the paper says no more than quantile.
 */
export function* quantilesOf(map: WorkMap, shares: readonly number[]): Steps<number[] | null> {
  const values = yield* seenValues(map);
  if (values.length === 0) return null;
  const at = shares.map((share) => (values.length - 1) * share);
  const sorted = yield* orderStatistics(
    values,
    at.flatMap((place) => [Math.floor(place), Math.ceil(place)]),
  );
  return at.map((place, i) => {
    const [low, high] = [sorted[2 * i]!, sorted[2 * i + 1]!];
    return low + (place - Math.floor(place)) * (high - low);
  });
}

function* seenValues({ values, seen }: WorkMap): Steps<Float32Array> {
  if (!seen) return values;
  const some = new Float32Array(values.length);
  let count = 0;
  yield* inBlocks(values.length, 4, (begin, end) => (count = copySeen(values, seen, some, count, begin, end)));
  return some.subarray(0, count);
}

/** From place `at` of `to` on; returns the place behind the last. */
function copySeen(
  values: Float32Array,
  seen: Uint8Array,
  to: Float32Array,
  at: number,
  begin: number,
  end: number,
): number {
  for (let i = begin; i < end; i++) if (seen[i] !== 0) to[at++] = values[i]!;
  return at;
}
