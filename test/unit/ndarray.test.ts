import assert from 'node:assert/strict';
import ndarray from 'ndarray';
import { allFinite, array, ndarrayOf, rowMajor } from '#lib/ndarray.js';

const counted = (length: number) => Float32Array.from({ length }, (_, i) => i);

describe('rowMajor', () => {
  it('shares the data where they lie row by row', () => {
    const x = array(counted(6), [2, 3]);
    assert.equal(rowMajor(x).buffer, x.data.buffer);
  });

  it('gathers transposed, reversed and cut arrays of one to four axes', () => {
    const x = array(counted(6), [2, 3]);
    assert.deepEqual([...rowMajor(x.transpose(1, 0))], [0, 3, 1, 4, 2, 5]);
    assert.deepEqual([...rowMajor(x.step(-1, -1))], [5, 4, 3, 2, 1, 0]);
    assert.deepEqual([...rowMajor(x.pick(-1, 1))], [1, 4]);
    assert.deepEqual([...rowMajor(x.lo(1, 1))], [4, 5]);
    const four = array(counted(24), [2, 3, 2, 2]).transpose(0, 2, 3, 1);
    assert.equal(rowMajor(four).length, 24);
    assert.deepEqual([...rowMajor(four).subarray(0, 6)], [0, 4, 8, 1, 5, 9]);
  });

  it("gathers a Buffer's bytes into a plain Uint8Array", () => {
    const turned = rowMajor(array(Buffer.from([1, 2, 3, 4]), [2, 2]).transpose(1, 0));
    assert.deepEqual([turned.constructor, ...turned], [Uint8Array, 1, 3, 2, 4]);
  });
});

describe('ndarrayOf', () => {
  it('refuses arrays whose data end before their shape does, in either direction', () => {
    const refused = {
      code: 'ERR_SHAPE',
      message: /^f: x must hold the elements of its shape \[2, 3\], got 5 numbers \(strides \[-?3, 1\]\)$/,
    };
    assert.throws(() => ndarrayOf('f', 'x', 'an ndarray', ndarray(counted(5), [2, 3])), refused);
    assert.throws(() => ndarrayOf('f', 'x', 'an ndarray', ndarray(counted(5), [2, 3], [-3, 1], 2)), refused);
  });

  it('refuses strides and offsets that contradict the shape', () => {
    const { data } = array(counted(6), [2, 3]);
    const wrong = [
      { data, shape: [2, 3], stride: [3], offset: 0 },
      { data, shape: [2, 3], stride: [3, NaN], offset: 0 },
      { data, shape: [2, 3], stride: [3, 1], offset: 0.5 },
      { data, shape: [2, 3], stride: [3, 1] },
      { data, shape: [-2, 3], stride: [3, 1], offset: 3 },
    ];
    for (const value of wrong) assert.throws(() => ndarrayOf('f', 'x', 'an ndarray', value), { code: 'ERR_SHAPE' });
  });

  it('refuses what is no ndarray', () => {
    const empty = { data: null, shape: [1], stride: [1], offset: 0 };
    for (const value of [null, undefined, 7, 'x', {}, empty, counted(3)]) {
      assert.throws(() => ndarrayOf('f', 'x', 'an ndarray', value), { code: 'ERR_ARGUMENT' });
    }
  });

  it('allFinite finds NaN and infinities wherever they are', () => {
    for (const length of [0, 1, 4, 7]) {
      assert.ok(allFinite(new Float32Array(length).fill(3e38)));
      for (let at = 0; at < length; at++) {
        for (const value of [NaN, Infinity, -Infinity]) {
          assert.ok(!allFinite(new Float32Array(length).fill(value, at, at + 1)), `${value} at ${at} of ${length}`);
        }
      }
    }
  });
});
