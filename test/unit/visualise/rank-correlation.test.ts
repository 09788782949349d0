import assert from 'node:assert/strict';
import { atOnce } from '#lib/steps.js';
import { rankCorrelation, ranking } from '#lib/visualise/rank-correlation.js';
import { Random } from '../../support/random.js';

const ranks = (...values: number[]) => atOnce(ranking(Float32Array.from(values)));
const correlation = (a: readonly number[], b: readonly number[]) => rankCorrelation(ranks(...a), ranks(...b));

describe('ranking', () => {
  it('gives equal elements the mean of their ranks, less the mean of all', () => {
    assert.deepEqual([...ranks(10, -3, 7, 7, 20).centred], [1, -2, -0.5, -0.5, 2]);
    assert.deepEqual([...ranks(5, 5, 5, 1).centred], [0.5, 0.5, 0.5, -1.5]);
  });

  it('takes both zeros for one, and infinities for the ends', () => {
    assert.deepEqual([...ranks(0, -0, 1).centred], [-0.5, -0.5, 1]);
    assert.deepEqual([...ranks(Infinity, 3, -Infinity).centred], [1, 0, -1]);
  });

  it('has no order of elements that are all equal, nor of one', () => {
    assert.deepEqual([ranks(4, 4, 4).squares, ranks(4).squares], [0, 0]);
  });

  it('leaves the array as it was', () => {
    const values = Float32Array.of(3, 1, 2);
    atOnce(ranking(values));
    assert.deepEqual([...values], [3, 1, 2]);
  });
});

describe('rankCorrelation', () => {
  it('without ties is 1 - 6 sum d^2 / (n^3 - n): by hand', () => {
    // Ranks 1 2 3 4 5 against 2 1 4 3 5: d^2 sums to 4.
    assert.ok(Math.abs(correlation([1, 2, 3, 4, 5], [20, 10, 40, 30, 50])! - (1 - (6 * 4) / 120)) < 1e-15);
    assert.equal(correlation([1, 2, 3], [3, 2, 1]), -1);
  });

  it('with ties is that of the mean ranks: by hand', () => {
    // Centred ranks -1.5 -0.5 0.5 1.5 and -1 -1 0.5 1.5: 4.5 / (sqrt 5 * sqrt 4.5).
    assert.ok(Math.abs(correlation([1, 2, 3, 4], [7, 7, 8, 9])! - 4.5 / Math.sqrt(5 * 4.5)) < 1e-15);
  });

  it('is null where one of both is the same everywhere', () => {
    assert.equal(correlation([1, 2, 3], [0, 0, 0]), null);
    assert.equal(correlation([0, 0, 0], [0, 0, 0]), null);
  });

  it('stays within -1 and 1 for many elements', () => {
    const values = [...new Random(1).normals(20_000)];
    assert.equal(correlation(values, values), 1);
    assert.equal(correlation(values, values.map((value) => -value)), -1); // prettier-ignore
  });
});
