import { atOnce, inBlocks, type Steps } from '../steps.js';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './half.js';

export type StoredFloat = 'float32' | 'float16' | 'bfloat16';

/** Bytes per element. */
export const storedSize: Record<StoredFloat | 'float64', number> = { float64: 8, float32: 4, float16: 2, bfloat16: 2 };

/**
 * Little-endian elements as float32. Those that are float32 already are not copied if they lie aligned.
 *
 * @param bytes  a whole number of elements, which may start anywhere
 */
export function* decoding(type: StoredFloat | 'float64', bytes: Uint8Array): Steps<Float32Array> {
  const aligned = bytes.byteOffset % storedSize[type] === 0 ? bytes : yield* copying(bytes);
  const length = bytes.length / storedSize[type];
  const stored = new views[type](aligned.buffer as ArrayBuffer, aligned.byteOffset, length);
  if (stored instanceof Float32Array) return stored;
  const values = new Float32Array(length);
  yield* inBlocks(length, 1, (begin, end) => {
    const [from, to] = [stored.subarray(begin, end), values.subarray(begin, end)];
    if (from instanceof Float64Array) to.set(from);
    else (type === 'float16' ? fromFloat16 : fromBfloat16)(from, to);
  });
  return values;
}

const views = { float64: Float64Array, float32: Float32Array, float16: Uint16Array, bfloat16: Uint16Array };

export function decodeFloats(type: StoredFloat | 'float64', bytes: Uint8Array): Float32Array {
  return atOnce(decoding(type, bytes));
}

/** A copy in a buffer of its own, where every element type is aligned. */
export function* copying(bytes: Uint8Array): Steps<Uint8Array> {
  const copy = new Uint8Array(bytes.length);
  yield* inBlocks(bytes.length, 0.25, (begin, end) => copy.set(bytes.subarray(begin, end), begin));
  return copy;
}

/** The inverse of `decodeFloats`, rounding to nearest even. */
export function encodeFloats(type: StoredFloat, values: Float32Array): Uint8Array {
  const stored = type === 'float32' ? values : type === 'float16' ? toFloat16(values) : toBfloat16(values);
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

/** The bytes at the start of a buffer of their own, where every element type is aligned. */
export function copied(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy.buffer;
}
