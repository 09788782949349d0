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
  const foreground = yield* marksOnSide(map, above, markAbove);
  const { marks: background, ties } = yield* marksOnSide(map, below, markBelow);
  // Only those at both limits, which are one then, can belong to both.
  if (ties) yield* inBlocks(background.length, 2, (begin, end) => remove(background, foreground.marks, begin, end));
  return { foreground: foreground.marks, background };
}

/** Writes 1 where a value stands so to a limit, else 0; returns how many that are. */
type Marking = (values: Float32Array, marks: Uint8Array, limit: number, begin: number, end: number) => number;

/** 1 for each pixel that is marked, else 0; `ties`: where there are none, for those at the limit. */
function* marksOnSide(
  map: WorkMap,
  limit: number,
  beyond: Marking,
): Steps<{ readonly marks: Uint8Array; readonly ties: boolean }> {
  const marks = new Uint8Array(map.values.length);
  const some = yield* mark(map, marks, limit, beyond);
  if (!some) yield* mark(map, marks, limit, markAt);
  return { marks, ties: !some };
}

/** Of the pixels that were seen; whether there is a 1. */
function* mark({ values, seen }: WorkMap, marks: Uint8Array, limit: number, marking: Marking): Steps<boolean> {
  let count = 0;
  yield* inBlocks(marks.length, 4, (begin, end) => {
    const all = marking(values, marks, limit, begin, end);
    count += seen ? keepSeen(seen, marks, begin, end) : all;
  });
  return count > 0;
}

// A loop each, which V8 compiles for its comparison alone.

function markAbove(values: Float32Array, marks: Uint8Array, limit: number, begin: number, end: number): number {
  let count = 0;
  for (let i = begin; i < end; i++) count += marks[i] = values[i]! > limit ? 1 : 0;
  return count;
}

function markBelow(values: Float32Array, marks: Uint8Array, limit: number, begin: number, end: number): number {
  let count = 0;
  for (let i = begin; i < end; i++) count += marks[i] = values[i]! < limit ? 1 : 0;
  return count;
}

function markAt(values: Float32Array, marks: Uint8Array, limit: number, begin: number, end: number): number {
  let count = 0;
  for (let i = begin; i < end; i++) count += marks[i] = values[i] === limit ? 1 : 0;
  return count;
}

/** Returns how many are left. */
function keepSeen(seen: Uint8Array, marks: Uint8Array, begin: number, end: number): number {
  let count = 0;
  for (let i = begin; i < end; i++) count += marks[i]! &= seen[i] === 0 ? 0 : 1;
  return count;
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
