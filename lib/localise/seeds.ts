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
  const marks = { foreground: new Uint8Array(map.values.length), background: new Uint8Array(map.values.length) };
  const some = yield* mark(map, marks.foreground, (value) => value > above);
  if (!some) yield* mark(map, marks.foreground, (value) => value >= above);
  if (!(yield* mark(map, marks.background, (value) => value < below))) {
    yield* mark(map, marks.background, (value) => value <= below);
    for (let i = 0; i < map.values.length; i++) marks.foreground[i]! &= 1 - marks.background[i]!;
  }
  return marks;
}

/** Writes 1 or 0 for each pixel; whether there is a 1. */
function* mark({ values, seen }: WorkMap, marks: Uint8Array, belongs: (value: number) => boolean): Steps<boolean> {
  let some = 0;
  yield* inBlocks(values.length, 4, (begin, end) => {
    for (let i = begin; i < end; i++) {
      const marked = belongs(values[i]!) && seen?.[i] !== 0 ? 1 : 0;
      marks[i] = marked;
      some |= marked;
    }
  });
  return some > 0;
}

export function countOf(marks: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < marks.length; i++) count += marks[i]!;
  return count;
}
