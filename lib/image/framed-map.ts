import { argumentError } from '../check.js';
import { array, ndarrayOf, rowMajor, type ByteArray, type FloatArray } from '../ndarray.js';

/** A map with the mask of the pixels that the network looked at; null where these are all. */
export type FramedMap = FloatArray & { readonly seen: ByteArray | null };

/** `map` with its mask; `seen` has 1 or 0 for each of its elements, or is null. */
export function framed(map: FloatArray, seen: Uint8Array | null): FramedMap {
  const some = seen?.includes(0);
  return Object.assign(map, { seen: some ? array(seen!, map.shape) : null });
}

/** The mask that `map`, called `what`, carries, row by row; null where it carries none. */
export function seenOf(where: string, what: string, map: FloatArray | FramedMap): Uint8Array | null {
  const { seen = null } = map as Partial<FramedMap>;
  if (seen === null) return null;
  const expected = `null or a uint8 mask of the map's shape [${map.shape.join(', ')}]`;
  const given = ndarrayOf(where, `${what}.seen`, expected, seen) as ByteArray;
  if (given.data instanceof Uint8Array && given.shape.join() === map.shape.join()) return rowMajor(given);
  throw argumentError(where, `${what}.seen`, expected, seen);
}
