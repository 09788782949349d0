import assert from 'node:assert/strict';
import { ProtobufReader } from '#lib/formats/protobuf.js';
import {
  bytesField,
  floatField,
  integerField,
  joinBytes,
  packedField,
  textField,
} from '../../support/protobuf-writer.js';

const reader = (...fields: Uint8Array[]) => new ProtobufReader(joinBytes(fields), 'test.pb');

/** The first field of a message. */
function first(...fields: Uint8Array[]): ProtobufReader {
  const message = reader(...fields);
  assert(message.next());
  return message;
}

describe('ProtobufReader', () => {
  it("reads integers of one to ten bytes, negative ones as 64-bit two's complement", () => {
    for (const value of [0, 1, 127, 128, 300, 2 ** 28 - 1, 2 ** 28, 2 ** 31, 2 ** 53 - 1, -1, -300, -(2 ** 53)]) {
      assert.equal(first(integerField(1, value)).integer(), value);
    }
  });

  it('reads the largest 64-bit integer, which ends slices, as the nearest double', () => {
    assert.equal(first(integerField(1, 2n ** 63n - 1n)).integer(), 2 ** 63);
  });

  it('reads floats, texts and nested messages', () => {
    assert.equal(first(floatField(1, -0.75)).float(), -0.75);
    assert.equal(first(textField(1, 'schön')).text(), 'schön');
    const inner = first(bytesField(1, joinBytes([integerField(2, 5), integerField(3, 6)]))).message();
    const seen: number[] = [];
    inner.each({ 2: () => seen.push(inner.integer()), 3: () => seen.push(inner.integer()) });
    assert.deepEqual(seen, [5, 6]);
  });

  it('collects repeated integers, packed or one by one', () => {
    const list: number[] = [];
    const message = reader(packedField(1, [1, 200, -3]), integerField(1, 4));
    message.each({ 1: () => message.integers(list) });
    assert.deepEqual(list, [1, 200, -3, 4]);
  });

  it('skips fields of every wire type that nobody asks for', () => {
    const fixed64 = joinBytes([Uint8Array.of(2 * 8 + 1), new Uint8Array(8)]);
    const message = reader(integerField(1, 1), fixed64, textField(3, 'x'), floatField(4, 1), integerField(5, 7));
    let found = 0;
    message.each({ 5: () => (found = message.integer()) });
    assert.equal(found, 7);
  });

  it('names file and byte offset where a field is longer than what is left', () => {
    const cut = textField(2, 'twelve bytes').subarray(0, 6);
    const message = reader(integerField(1, 1), cut);
    const pattern = /test\.pb: not valid protobuf at byte 2: field 2 claims 12 bytes, 4 are left/;
    assert.throws(() => message.each({}), { code: 'ERR_FORMAT', message: pattern });
  });

  it('refuses lengths of exabytes, negative ones, and numbers without end, before it allocates', () => {
    const huge = joinBytes([integerField(1, 2n ** 62n)]);
    huge[0] = 1 * 8 + 2;
    assert.throws(() => reader(huge).each({}), { code: 'ERR_FORMAT', message: /claims 4611686018427388000 bytes/ });
    const negative = integerField(1, -5);
    negative[0] = 1 * 8 + 2;
    assert.throws(() => reader(negative).each({}), { code: 'ERR_FORMAT', message: /claims -5 bytes/ });
    const endless = Uint8Array.from({ length: 12 }, () => 0x88);
    assert.throws(() => reader(endless).each({}), { code: 'ERR_FORMAT', message: /more than 10 bytes/ });
    assert.throws(() => reader(endless.subarray(0, 3)).each({}), {
      code: 'ERR_FORMAT',
      message: /ends within a number/,
    });
  });

  it('refuses a field of another type than its reader expects', () => {
    assert.throws(() => first(textField(1, 'a')).integer(), { message: /wire type 2 in field 1, not 0/ });
    assert.throws(() => first(integerField(1, 1)).text(), { message: /wire type 0 in field 1, not 2/ });
    assert.throws(() => reader(Uint8Array.of(8 + 3)).each({}), { message: /wire type 3 in field 1/ });
    assert.throws(() => reader(Uint8Array.of(0)).each({}), { message: /field number 0/ });
  });
});
