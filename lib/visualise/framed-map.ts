import { array, type ByteArray, type FloatArray } from '../ndarray.js';

/** A map with the mask of the pixels that the network looked at; null where these are all. */
export type FramedMap = FloatArray & { readonly seen: ByteArray | null };

/** `map` with its mask; `seen` has 1 or 0 for each of its elements, or is null. */
export function framed(map: FloatArray, seen: Uint8Array | null): FramedMap {
  const some = seen?.includes(0);
  return Object.assign(map, { seen: some ? array(seen!, map.shape) : null });
}
