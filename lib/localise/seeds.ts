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
  if (ties) {
    yield* inBlocks(background.length, 2, (begin, end) => {
      for (let i = begin; i < end; i++) foreground.marks[i]! &= 1 - background[i]!;
    });
  }
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
  yield* inBlocks(marks.length, 4, (begin, end) => (count += markBlock(map, marks, limit, side, least, begin, end)));
  return count > 0;
}

function markBlock(
  { values, seen }: WorkMap,
  marks: Uint8Array,
  limit: number,
  side: 1 | -1,
  least: number,
  begin: number,
  end: number,
): number {
  let count = 0;
  for (let i = begin; i < end; i++) count += marks[i] = side * (values[i]! - limit) >= least ? 1 : 0;
  for (let i = begin; seen && i < end; i++) {
    if (seen[i] !== 0) continue;
    count -= marks[i]!;
    marks[i] = 0;
  }
  return count;
}

export function* countOf(marks: Uint8Array): Steps<number> {
  let count = 0;
  yield* inBlocks(marks.length, 2, (begin, end) => {
    for (let i = begin; i < end; i++) count += marks[i]!;
  });
  return count;
}
