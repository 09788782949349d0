import { inBlocks, type Steps } from '../steps.js';

const bins = 2 ** 16;
const signBit = 1 << 31;

/**
 * The elements that would stand at these places, from 0, were the values sorted.
 *
 * @param values  at least one, none NaN
 *
 * Goes through the values twice instead of sorting them: it counts them by the upper half of their bits, and then those
 * of each bin that holds a place asked for by the lower half. In steps.
 */
export function* orderStatistics(values: Float32Array, places: readonly number[]): Steps<number[]> {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const uppers = new Uint32Array(bins);
  yield* inBlocks(bits.length, 4, (begin, end) => countUppers(bits, uppers, begin, end));
  const found = places.map((place) => binAt(uppers, place));
  const lowers = new Map(found.map(({ bin }) => [bin, new Uint32Array(bins)]));
  // Of each bin the place of its counts, from 1; 0: not asked for.
  const wanted = new Uint8Array(bins);
  const counts = [...lowers.values()];
  [...lowers.keys()].forEach((bin, i) => (wanted[bin] = i + 1));
  yield* inBlocks(bits.length, 4, (begin, end) => countLowers(bits, wanted, counts, begin, end));
  return found.map(({ bin, before }, i) => valueOf((bin << 16) | binAt(lowers.get(bin)!, places[i]! - before).bin));
}

function countUppers(bits: Int32Array, counts: Uint32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) counts[keyOf(bits[i]!) >>> 16]!++;
}

function countLowers(
  bits: Int32Array,
  wanted: Uint8Array,
  counts: readonly Uint32Array[],
  begin: number,
  end: number,
): void {
  for (let i = begin; i < end; i++) {
    const key = keyOf(bits[i]!);
    const which = wanted[key >>> 16]!;
    if (which > 0) counts[which - 1]![key & 0xffff]!++;
  }
}

/** The bits of a float32 so changed that, as an unsigned number, they grow with its value. */
function keyOf(bits: number): number {
  return bits < 0 ? ~bits : bits ^ signBit;
}

function valueOf(key: number): number {
  return new Float32Array(Int32Array.of(key < 0 ? key ^ signBit : ~key).buffer)[0]!;
}

/** The bin that holds the element of this place, and how many elements lie in the bins before it. */
function binAt(counts: Uint32Array, place: number): { readonly bin: number; readonly before: number } {
  let [bin, before] = [0, 0];
  while (before + counts[bin]! <= place) before += counts[bin++]!;
  return { bin, before };
}
