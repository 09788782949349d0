import assert from 'node:assert/strict';
import { importBench } from '../../support/bench.js';

interface Statistics {
  quantile(values: readonly number[], q: number): number;
  summary(values: readonly number[]): { median: number; lower: number; upper: number; count: number };
}

describe('bench/measure/statistics', () => {
  let statistics: Statistics;
  before(async () => (statistics = await importBench<Statistics>('measure', 'statistics.js')));

  it('quantile lies between its neighbours, in whatever order the values come', () => {
    assert.equal(statistics.quantile([30, 10, 20, 40], 0.25), 17.5);
    assert.equal(statistics.quantile([7], 0.9), 7);
    assert.equal(statistics.quantile([1, 2], 1), 2);
  });

  it('summary sorts numbers as numbers and leaves the array as it was', () => {
    const values = [100, 9, 25, 1, 16];
    assert.deepEqual(statistics.summary(values), { median: 16, lower: 9, upper: 25, count: 5 });
    assert.deepEqual(values, [100, 9, 25, 1, 16]);
  });
});
