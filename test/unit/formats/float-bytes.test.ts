import assert from 'node:assert/strict';
import {
  copying,
  decodeFloats,
  decoding,
  encodeFloats,
  storedSize,
  type StoredFloat,
} from '#lib/formats/float-bytes.js';

/** Exact in every type; more than a block of them. */
const values = Float32Array.from({ length: 2 ** 20 + 5 }, (_, i) => (i % 251) - 100);

/** The bytes at an address that is `shift` beyond a multiple of 8. */
function shifted(bytes: Uint8Array, shift: number): Uint8Array {
  const all = new Uint8Array(bytes.length + 8);
  all.set(bytes, shift);
  return all.subarray(shift, shift + bytes.length);
}

describe('decodeFloats', () => {
  for (const type of ['float32', 'float16', 'bfloat16'] as const satisfies readonly StoredFloat[]) {
    it(`reads what encodeFloats wrote, wherever it begins: ${type}`, () => {
      const stored = encodeFloats(type, values);
      assert.equal(stored.length, values.length * storedSize[type]);
      for (const shift of [0, 1, 4]) assert.deepEqual(decodeFloats(type, shifted(stored, shift)), values);
    });
  }

  it('narrows float64', () => {
    const stored = new Uint8Array(Float64Array.of(0.1, -3).buffer);
    for (const shift of [0, 3])
      assert.deepEqual(decodeFloats('float64', shifted(stored, shift)), Float32Array.of(0.1, -3));
  });

  it('takes no copy of float32 that lies aligned', () => {
    const bytes = new Uint8Array(values.buffer);
    assert.equal(decodeFloats('float32', bytes.subarray(8)).buffer, values.buffer);
  });

  it('works in steps of about a quarter of a million numbers', () => {
    assert.ok([...decoding('float16', encodeFloats('float16', values))].length >= 2);
    assert.ok([...copying(new Uint8Array(2 ** 23 + 1))].length >= 3);
  });
});
