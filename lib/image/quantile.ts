const bins = 2 ** 16;
const signBit = 1 << 31;

/**
 * The smallest element that at least `percent` % of the elements do not exceed (nearest rank).
 *
 * @param values   at least one, none NaN
 * @param percent  from 0 to 100
 *
 * Goes through the elements twice: it counts them by the upper half of their bits, and then those of the bin that holds
 * the one sought by the lower half.
 */
export function quantile(values: Float32Array, percent: number): number {
  const rank = Math.max(Math.ceil((percent / 100) * values.length) - 1, 0);
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const uppers = new Uint32Array(bins);
  for (let i = 0; i < bits.length; i++) uppers[keyOf(bits[i]!) >>> 16]!++;
  const upper = binAt(uppers, rank);
  const lowers = new Uint32Array(bins);
  for (let i = 0; i < bits.length; i++) {
    const key = keyOf(bits[i]!);
    if (key >>> 16 === upper.bin) lowers[key & 0xffff]!++;
  }
  return valueOf((upper.bin << 16) | binAt(lowers, rank - upper.before).bin);
}

/** The bits of a float32 so changed that, as an unsigned number, they grow with its value. */
function keyOf(bits: number): number {
  return bits < 0 ? ~bits : bits ^ signBit;
}

function valueOf(key: number): number {
  return new Float32Array(Int32Array.of(key < 0 ? key ^ signBit : ~key).buffer)[0]!;
}

/** The bin that holds the element of this rank, from 0, and how many elements lie in the bins before it. */
function binAt(counts: Uint32Array, rank: number): { readonly bin: number; readonly before: number } {
  let [bin, before] = [0, 0];
  while (before + counts[bin]! <= rank) before += counts[bin++]!;
  return { bin, before };
}
