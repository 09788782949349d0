import assert from 'node:assert/strict';
import { Random } from '#lib/random.js';
import { atOnce } from '#lib/steps.js';
import { permuted } from '#lib/visualise/permuted.js';

describe('permuted', () => {
  const of = (values: Float32Array, seed: number) => atOnce(permuted(values, new Random(seed)));

  it('gives the same values in another order, the same for the same seed, and leaves the array', () => {
    const values = Float32Array.from({ length: 40_000 }, (_, i) => i);
    const found = of(values, 3);
    assert.deepEqual(found, of(values, 3));
    assert.notDeepEqual(found, of(values, 4));
    assert.notDeepEqual(found, values);
    assert.deepEqual(found.slice().sort(), values);
    assert.ok(values.every((value, i) => value === i));
  });

  it('gives each order about as often', () => {
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = of(Float32Array.of(1, 2, 3), seed).join();
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    // A standard deviation is 29.
    assert.equal(seen.size, 6);
    for (const [order, times] of seen) assert.ok(Math.abs(times - 1000) < 150, `${order}: ${times}`);
  });

  it('keeps one value, and none', () => {
    assert.deepEqual([of(Float32Array.of(7), 1), of(new Float32Array(), 1)], [Float32Array.of(7), new Float32Array()]);
  });
});
