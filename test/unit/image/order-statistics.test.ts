import assert from 'node:assert/strict';
import { orderStatistics } from '#lib/image/order-statistics.js';
import { atOnce } from '#lib/steps.js';
import { Random } from '../../support/random.js';

describe('orderStatistics', () => {
  it('gives what sorting would put at each place, whatever the signs, sizes and ties', () => {
    const random = new Random(3);
    for (const length of [1, 2, 7, 1000]) {
      const values = random
        .normals(length)
        .map((value) => Math.fround(Math.round(value * 4) * 10 ** random.integer(-30, 30)));
      const places = [0, length >> 2, length >> 1, length - 1];
      const sorted = values.slice().sort();
      assert.deepEqual(
        atOnce(orderStatistics(values, places)).map((value) => value + 0),
        places.map((place) => sorted[place]! + 0),
      );
    }
  });

  it('takes places in any order, and some twice', () => {
    assert.deepEqual(atOnce(orderStatistics(Float32Array.of(5, -1, 3, 3), [3, 0, 2, 2])), [5, -1, 3, 3]);
  });

  it('reads no more than the values of a view', () => {
    const whole = Float32Array.of(9, 1, 2, 3, -9);
    assert.deepEqual(atOnce(orderStatistics(whole.subarray(1, 4), [0, 2])), [1, 3]);
  });
});
