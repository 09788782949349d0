import assert from 'node:assert/strict';
import { importBench } from '../../support/bench.js';

interface Comparison {
  readonly label: string;
  readonly peer: { readonly contestant: string; readonly configuration: string } | null;
  readonly ratio: number | null;
  readonly tunedRatio: number | null;
}
interface Rows {
  comparisons(row: object): Comparison[];
  summaryHeader: readonly string[];
  summaryLine(comparison: Comparison): string[];
}

describe('bench/report/rows', () => {
  let rows: Rows;
  before(async () => (rows = await importBench<Rows>('report', 'rows.js')));

  function entry(contestant: string, configuration: string, median: number, more: object = {}) {
    const times = { median, lower: median, upper: median, count: 3 };
    return { contestant, configuration, times, satOut: false, error: null, differences: null, ...more };
  }
  const row = { net: 'paper', threads: 2, label: 'batch 1', work: 'maps', results: 1, floorMs: 4 };

  it('compares with the fastest configuration of any peer that computes the same', () => {
    const entries = [
      entry('deep-inside', 'default', 10),
      entry('deep-inside', 'tuned', 8),
      entry('PyTorch', 'nchw', 30),
      entry('PyTorch', 'compiled', 20),
      entry('TensorFlow', 'graph', 5, { differences: { same: false } }),
    ];
    const [{ peer, ratio, tunedRatio }] = rows.comparisons({ ...row, entries }) as [Comparison];
    assert.equal(peer?.configuration, 'compiled');
    assert.deepEqual([ratio, tunedRatio], [2, 2.5]);
  });

  it('compares several classes with retain_graph too', () => {
    const entries = [
      entry('deep-inside', 'default', 10),
      entry('PyTorch', 'retain_graph nchw', 50),
      entry('PyTorch', 'batched nchw', 20),
    ];
    const found = rows.comparisons({ ...row, work: 'classes', results: 5, entries });
    assert.deepEqual(
      found.map(({ ratio }) => ratio),
      [2, 5],
    );
  });

  it('a line has a cell for every column, also without a peer and a floor', () => {
    const alone = { ...row, floorMs: null, entries: [entry('deep-inside', 'default', 10)] };
    const [comparison] = rows.comparisons(alone) as [Comparison];
    const line = rows.summaryLine(comparison);
    assert.equal(line.length, rows.summaryHeader.length);
    assert.deepEqual([comparison.peer, comparison.ratio], [null, null]);
  });
});
