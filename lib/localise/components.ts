import { inBlocks, type Steps } from '../steps.js';

const outside = -1;

/**
 * 8-connected components of a mask [rows, cols]: for each pixel the index of the first pixel, in row-major order, of its
 * component; -1 where the mask is 0.
 */
export function* componentsOf(mask: Uint8Array, cols: number): Steps<Int32Array> {
  const rows = mask.length / cols;
  const first = new Int32Array(mask.length);
  yield* inBlocks(rows, 16 * cols, (begin, end) => {
    for (let row = begin; row < end; row++) joinRow(mask, first, row * cols, cols);
  });
  // The first pixel of a component comes before all its others, and is settled by then.
  yield* inBlocks(mask.length, 4, (begin, end) => settle(first, begin, end));
  return first;
}

function settle(first: Int32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) if (first[i] !== outside) first[i] = first[first[i]!]!;
}

/** Union-find: every pixel of the row that starts at `start` is joined with its neighbours before it. */
function joinRow(mask: Uint8Array, first: Int32Array, start: number, cols: number): void {
  for (let col = 0, i = start; col < cols; col++, i++) {
    if (mask[i] === 0) {
      first[i] = outside;
      continue;
    }
    first[i] = i;
    const above = i - cols;
    if (above >= 0 && mask[above] !== 0) {
      // Its other neighbours above are joined with that one already.
      join(first, above, i);
    } else if (above >= 0) {
      if (col > 0 && mask[above - 1] !== 0) join(first, above - 1, i);
      if (col + 1 < cols && mask[above + 1] !== 0) join(first, above + 1, i);
    }
    if (col > 0 && mask[i - 1] !== 0) join(first, i - 1, i);
  }
}

function join(first: Int32Array, a: number, b: number): void {
  const [one, other] = [rootOf(first, a), rootOf(first, b)];
  if (one < other) first[other] = one;
  else first[one] = other;
}

/** Halves the way for who comes next. */
function rootOf(first: Int32Array, at: number): number {
  while (first[at] !== at) at = first[at] = first[first[at]!]!;
  return at;
}

/**
 * The mask [rows, cols] of the component of most pixels, of equal ones the first in row-major order; null where there is
 * none.
 *
 * @param marks  [rows, cols]: only components with one of these pixels count; null: all do
 */
export function* largest(components: Int32Array, marks: Uint8Array | null = null): Steps<Uint8Array | null> {
  const sizes = new Int32Array(components.length);
  yield* inBlocks(components.length, 4, (begin, end) => measure(components, sizes, begin, end));
  const counts = marks && new Uint8Array(components.length);
  if (marks) yield* inBlocks(marks.length, 4, (begin, end) => choose(components, marks, counts!, begin, end));
  let best = outside;
  yield* inBlocks(sizes.length, 2, (begin, end) => (best = largestOf(sizes, counts, best, begin, end)));
  if (best === outside) return null;
  const mask = new Uint8Array(components.length);
  yield* inBlocks(mask.length, 2, (begin, end) => draw(components, best, mask, begin, end));
  return mask;
}

/** Sizes by the first pixel of a component. */
function measure(components: Int32Array, sizes: Int32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) if (components[i] !== outside) sizes[components[i]!]!++;
}

/** 1 for components that count. */
function choose(components: Int32Array, marks: Uint8Array, counts: Uint8Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) if (marks[i] !== 0 && components[i] !== outside) counts[components[i]!] = 1;
}

/** `counts` is null where all do. */
function largestOf(sizes: Int32Array, counts: Uint8Array | null, before: number, begin: number, end: number): number {
  let best = before;
  let most = best === outside ? 0 : sizes[best]!;
  for (let i = begin; i < end; i++) {
    if (sizes[i]! <= most || counts?.[i] === 0) continue;
    best = i;
    most = sizes[i]!;
  }
  return best;
}

function draw(components: Int32Array, best: number, mask: Uint8Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) mask[i] = components[i] === best ? 1 : 0;
}
