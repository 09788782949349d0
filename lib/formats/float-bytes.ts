import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './half.js';

export type StoredFloat = 'float32' | 'float16' | 'bfloat16';

/** Bytes per element. */
export const storedSize: Record<StoredFloat | 'float64', number> = { float64: 8, float32: 4, float16: 2, bfloat16: 2 };

/** Little-endian elements as float32; `bytes` may start anywhere, is copied, and holds a whole number of elements. */
export function decodeFloats(type: StoredFloat | 'float64', bytes: Uint8Array): Float32Array {
  const buffer = copied(bytes);
  if (type === 'float32') return new Float32Array(buffer);
  if (type === 'float64') return Float32Array.from(new Float64Array(buffer));
  return type === 'float16' ? fromFloat16(new Uint16Array(buffer)) : fromBfloat16(new Uint16Array(buffer));
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
