import { inBlocks, type Steps } from '../steps.js';

/** The bits of a key are looked at in parts of 11, the lowest of which takes in one of the part before. */
const shifts = [21, 10, 0] as const;
const parts = 2 ** 11;
const signBit = 1 << 31;

/**
 * The elements that would stand at these places, from 0, were the values sorted.
 *
 * @param values  at least one, none NaN
 * @param places  at most 255, which is as many groups as they can be in
 *
 * Goes through the values three times instead of sorting them: it counts them by the first part of their bits, then those
 * of each group that holds a place asked for by the next. In steps.
 */
export function* orderStatistics(values: Float32Array, places: readonly number[]): Steps<number[]> {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const all = places.map((place): Found => ({ group: 1, place, key: 0 }));
  const first = countsOf(all);
  yield* inBlocks(bits.length, 3, (begin, end) => countFirst(bits, first, begin, end));
  const [found, second] = narrowed(all, first, shifts[0]);
  const more = countsOf(found);
  yield* inBlocks(bits.length, 5, (begin, end) => countSecond(bits, second, more, begin, end));
  const [nearly, third] = narrowed(found, more, shifts[1]);
  const last = countsOf(nearly);
  yield* inBlocks(bits.length, 6, (begin, end) => countThird(bits, second, third, last, begin, end));
  return narrowed(nearly, last, shifts[2])[0].map(({ key }) => valueOf(key));
}

/** Room for the counts of all groups. */
function countsOf(found: readonly Found[]): Uint32Array {
  return new Uint32Array(parts * Math.max(0, ...found.map(({ group }) => group)));
}

/** The elements within smaller groups, by the next part of their bits; and which group is behind each group and part. */
function narrowed(found: readonly Found[], counts: Uint32Array, shift: number): [Found[], Uint8Array] {
  const groups = new Uint8Array(counts.length);
  let known = 0;
  const within = found.map(({ group, place, key }) => {
    const { bin, before } = binAt(counts, (group - 1) * parts, place);
    groups[bin] ||= ++known;
    return { group: groups[bin], place: place - before, key: key | ((bin % parts) << shift) };
  });
  return [within, groups];
}

/** Where an element is: its place among the values of its group, and their common bits. */
interface Found {
  /** From 1. */
  readonly group: number;
  readonly place: number;
  readonly key: number;
}

// Each counts the values in groups that hold a place by the next part of their bits; `counts` and what leads from a group
// and a part to the group behind it, 0 where nothing is asked for there, are by group and part.

function countFirst(bits: Int32Array, counts: Uint32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) counts[keyOf(bits[i]!) >>> 21]!++;
}

function countSecond(bits: Int32Array, second: Uint8Array, counts: Uint32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) {
    const key = keyOf(bits[i]!);
    const group = second[key >>> 21]!;
    if (group > 0) counts[(group - 1) * parts + ((key >>> 10) & (parts - 1))]!++;
  }
}

function countThird(
  bits: Int32Array,
  second: Uint8Array,
  third: Uint8Array,
  counts: Uint32Array,
  begin: number,
  end: number,
): void {
  for (let i = begin; i < end; i++) {
    const key = keyOf(bits[i]!);
    const before = second[key >>> 21]!;
    if (before === 0) continue;
    const group = third[(before - 1) * parts + ((key >>> 10) & (parts - 1))]!;
    if (group > 0) counts[(group - 1) * parts + (key & (parts - 1))]!++;
  }
}

/** The bits of a float32 so changed that, as an unsigned number, they grow with its value. */
function keyOf(bits: number): number {
  return bits < 0 ? ~bits : bits ^ signBit;
}

function valueOf(key: number): number {
  return new Float32Array(Int32Array.of(key < 0 ? key ^ signBit : ~key).buffer)[0]!;
}

/** The bin, from bin `first` on, that holds the element of this place, and how many elements lie in those before it. */
function binAt(counts: Uint32Array, first: number, place: number): { readonly bin: number; readonly before: number } {
  let [bin, before] = [first, 0];
  while (before + counts[bin]! <= place) before += counts[bin++]!;
  return { bin, before };
}
