import assert from 'node:assert/strict';
import { SpareArrays } from '#lib/net/spare-arrays.js';

describe('SpareArrays', () => {
  it('gives an array of that length that was given back, once, or a new one', () => {
    const spare = new SpareArrays();
    const [first, other] = [spare.take('test', 3), spare.take('test', 4)];
    spare.giveBack(first);
    spare.giveBack(other);
    assert.equal(spare.take('test', 4), other);
    assert.equal(spare.take('test', 3), first);
    assert.deepEqual(spare.take('test', 3), new Float32Array(3));
  });

  it('keeps the last two, and no large ones or parts of others', () => {
    const spare = new SpareArrays();
    const arrays = [1, 2, 3].map((length) => new Float32Array(length));
    for (const array of arrays) spare.giveBack(array);
    const [large, part] = [new Float32Array(2 ** 20 + 1), new Float32Array(9).subarray(4)];
    spare.giveBack(large);
    spare.giveBack(part);
    assert.notEqual(spare.take('test', large.length), large);
    assert.notEqual(spare.take('test', 5), part);
    const again = arrays.map(({ length }) => spare.take('test', length));
    assert.deepEqual(
      again.map((array, i) => array === arrays[i]),
      [false, true, true],
    );
  });
});
