import { inBlocks, type Steps } from '../steps.js';

/** Of a float32 that is not negative the bits grow with its value: here the upper and the lower 16 of them. */
const [uppers, lowers] = [2 ** 15, 2 ** 16];

/**
 * The largest value of which it holds that all values of at least it sum up to a share of the sum of all; 0 where there
 * are none.
 *
 * @param values  none below 0 or NaN
 * @param share   from 0 to 1
 *
 * Sums the values by the upper half of their bits, and then those of the bin in which the share is reached by the lower
 * half, instead of sorting them.
 */
export function* energyThreshold(values: Float32Array, share: number): Steps<number> {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const [sums, parts] = [new Float64Array(uppers), new Float64Array(lowers)];
  let most = 0;
  yield* inBlocks(bits.length, 4, (begin, end) => (most = sumByUppers(values, bits, sums, most, begin, end)));
  const upper = reached(sums, share * sums.reduce((sum, one) => sum + one, 0), most >>> 16);
  yield* inBlocks(bits.length, 4, (begin, end) => sumByLowers(values, bits, upper.bin, parts, begin, end));
  const lower = reached(parts, upper.rest, upper.bin === most >>> 16 ? most & 0xffff : lowers - 1);
  return new Float32Array(Int32Array.of((upper.bin << 16) | lower.bin).buffer)[0]!;
}

/** Returns the largest bits, from `most` on. */
function sumByUppers(
  values: Float32Array,
  bits: Int32Array,
  sums: Float64Array,
  most: number,
  begin: number,
  end: number,
): number {
  for (let i = begin; i < end; i++) {
    sums[bits[i]! >>> 16]! += values[i]!;
    most = Math.max(most, bits[i]!);
  }
  return most;
}

/** Of the values in one bin. */
function sumByLowers(
  values: Float32Array,
  bits: Int32Array,
  bin: number,
  sums: Float64Array,
  begin: number,
  end: number,
): void {
  for (let i = begin; i < end; i++) if (bits[i]! >>> 16 === bin) sums[bits[i]! & 0xffff]! += values[i]!;
}

/** The bin, from bin `first` down, in which the sums reach `wanted`, and what is wanted of that bin itself. */
function reached(sums: Float64Array, wanted: number, first: number): { readonly bin: number; readonly rest: number } {
  let [bin, rest] = [first, wanted];
  while (bin > 0 && rest > sums[bin]!) rest -= sums[bin--]!;
  return { bin, rest };
}
