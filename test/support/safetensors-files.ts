import assert from 'node:assert/strict';
import type { Model, Preprocessing } from '#lib/formats/model.js';
import { readSafetensors } from '#lib/formats/safetensors.js';
import { fireNet } from './nets.js';

// Models and files, whole and broken, for tests of safetensors.

export const preprocessing: Preprocessing = {
  channelOrder: 'BGR',
  range: 255,
  mean: [104, 117, 123],
  std: [1, 1, 1],
  size: [21, 19],
  resize: { shortSide: 25 },
  filter: 'bilinear',
  crop: 'centre',
};

export const whole: Model = {
  ...fireNet(),
  preprocessing,
  classes: Array.from({ length: 7 }, (_, i) => ({ name: `class ${i}`, wnid: i ? `n0000000${i}` : null })),
};

/** A file with this header and so many zero bytes behind it. */
export function file(header: unknown, dataBytes: number): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

export function assertBroken(bytes: Uint8Array, message: RegExp): void {
  assert.throws(() => readSafetensors(bytes, 'net.safetensors'), { code: 'ERR_FORMAT', message });
}

export const entry = (shape: number[], begin: number, end: number, dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});
