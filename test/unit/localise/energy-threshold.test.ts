import assert from 'node:assert/strict';
import { energyThreshold } from '#lib/localise/energy-threshold.js';
import { atOnce } from '#lib/steps.js';
import { Random } from '../../support/random.js';

const threshold = (values: readonly number[] | Float32Array, share: number) =>
  atOnce(energyThreshold(Float32Array.from(values), share));

/** The same by sorting. */
function bySorting(values: Float32Array, share: number): number {
  const sorted = values.slice().sort().reverse();
  let rest = share * sorted.reduce((sum, one) => sum + one, 0);
  return sorted.find((one) => (rest -= one) <= 0) ?? 0;
}

describe('energyThreshold', () => {
  it('is where the highest values hold the share', () => {
    // Of 18: 8, 12, 15, and then three equal ones.
    const values = [1, 8, 0, 1, 4, 0, 1, 3];
    const found = [0, 0.1, 8 / 18, 0.5, 12 / 18, 0.8, 0.85, 1].map((share) => threshold(values, share));
    assert.deepEqual(found, [8, 8, 8, 4, 4, 3, 1, 1]);
  });

  it('is that of sorted values, of many that hardly differ too', () => {
    const random = new Random(4);
    for (const [low, high] of [
      [0, 1],
      [5, 5.001],
      [0, 1e-30],
    ] as const) {
      const values = Float32Array.from({ length: 1000 }, () => random.uniform(low, high));
      for (const share of [0.013, 0.257, 0.501, 0.77, 0.983])
        assert.equal(threshold(values, share), bySorting(values, share));
    }
  });

  it('of zeros alone, or of nothing, is 0', () => {
    assert.deepEqual([threshold([0, 0], 0.5), threshold([], 0.5)], [0, 0]);
  });
});
