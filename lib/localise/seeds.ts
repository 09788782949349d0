import { inBlocks, type Steps } from '../steps.js';
import type { WorkMap } from './work-grid.js';

/** Pixels of either label: [rows, cols] 1 or 0 each, and no pixel has both. */
export interface Marks {
  readonly foreground: Uint8Array;
  readonly background: Uint8Array;
}

/**
 * The pixels whose saliency is above one limit and those where it is below another (Sect. 3.2: the 95 % and the 30 %
 * quantile); what was not seen is in neither.
 *
 * Choice: where ties leave a set empty, as the 30 % quantile of a map of mostly zeros does, it takes those at its limit
 * too; what then belongs to both is background.
 */
export function* marksBeyond(map: WorkMap, above: number, below: number): Steps<Marks> {
  const foreground = yield* marksOnSide(map, above, 1);
  const { marks: background, ties } = yield* marksOnSide(map, below, -1);
  // Only those at both limits, which are one then, can belong to both.
  if (ties) yield* inBlocks(background.length, 2, (begin, end) => remove(background, foreground.marks, begin, end));
  return { foreground: foreground.marks, background };
}

/** 1 for each pixel above a limit (side 1) or below it (side -1), else 0; `ties`: where there are none, for those at it. */
function* marksOnSide(map: WorkMap, limit: number, side: 1 | -1): Steps<{ marks: Uint8Array; ties: boolean }> {
  const marks = new Uint8Array(map.values.length);
  // A difference of numbers that differ is never 0.
  const some = yield* mark(map, marks, limit, side, Number.MIN_VALUE);
  if (!some) yield* mark(map, marks, limit, side, 0);
  return { marks, ties: !some };
}

/** Writes 1 where side * (value - limit) is at least `least` and the pixel was seen, else 0; whether there is a 1. */
function* mark(map: WorkMap, marks: Uint8Array, limit: number, side: 1 | -1, least: number): Steps<boolean> {
  let count = 0;
  const { values, seen } = map;
  yield* inBlocks(marks.length, 4, (begin, end) => {
    markBlock(values, marks, limit, side, least, begin, end);
    if (seen) keepSeen(seen, marks, begin, end);
    count += countBlock(marks, begin, end);
  });
  return count > 0;
}

function markBlock(
  values: Float32Array,
  marks: Uint8Array,
  limit: number,
  side: 1 | -1,
  least: number,
  begin: number,
  end: number,
): void {
  for (let i = begin; i < end; i++) marks[i] = side * (values[i]! - limit) >= least ? 1 : 0;
}

function keepSeen(seen: Uint8Array, marks: Uint8Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) if (seen[i] === 0) marks[i] = 0;
}

export function* countOf(marks: Uint8Array): Steps<number> {
  let count = 0;
  yield* inBlocks(marks.length, 2, (begin, end) => (count += countBlock(marks, begin, end)));
  return count;
}

function countBlock(marks: Uint8Array, begin: number, end: number): number {
  let count = 0;
  for (let i = begin; i < end; i++) count += marks[i]!;
  return count;
}

function remove(marks: Uint8Array, from: Uint8Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) from[i]! &= 1 - marks[i]!;
}
