import assert from 'node:assert/strict';
import { quantilesOf } from '#lib/localise/quantiles.js';
import { atOnce } from '#lib/steps.js';

const quantiles = (values: number[], shares: number[], seen: number[] | null = null) =>
  atOnce(quantilesOf({ values: Float32Array.from(values), seen: seen && Uint8Array.from(seen) }, shares));

describe('quantilesOf', () => {
  it('interpolates linearly between the two values around place (n - 1) q', () => {
    assert.deepEqual(quantiles([4, 1, 3, 2, 5], [0, 0.25, 0.3, 0.95, 1]), [1, 2, 2 + 0.3 * 4 - 1, 4 + 0.95 * 4 - 3, 5]);
  });

  it('leaves out what was not seen', () => {
    assert.deepEqual(quantiles([9, 1, 2, 3, -9], [0, 0.5, 1], [0, 1, 1, 1, 0]), [1, 2, 3]);
  });

  it('are null where nothing was seen', () => {
    assert.equal(quantiles([7, 8], [0, 1], [0, 0]), null);
  });

  it('of a single value is that value', () => {
    assert.deepEqual(quantiles([7], [0, 0.3, 1]), [7, 7, 7]);
  });
});
