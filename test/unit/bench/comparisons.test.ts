import assert from 'node:assert/strict';
import { importBench } from '../../support/bench.js';

interface Comparisons {
  together(files: readonly object[]): {
    rows: Row[];
    absent: object[];
    versions: object;
    machine: object;
    run: { date: string };
  };
}
interface Row {
  readonly net: string;
  readonly label: string;
  readonly threads: number;
  readonly entries: readonly { readonly contestant: string }[];
}

describe('bench: comparisons in several files', () => {
  const row = (net: string, label: string, contestant: string): Row => ({
    net,
    label,
    threads: 2,
    entries: [{ contestant }],
  });
  const run = (date: string) => ({ date });
  const first = {
    rows: [row('paper', 'batch 1', 'PyTorch'), row('vgg16', 'batch 1', 'PyTorch')],
    absent: [
      { name: 'tfjs', reason: 'not found' },
      { name: 'onnxruntime', reason: 'not found' },
    ],
    versions: { PyTorch: '2' },
    machine: { 2: { flops: 5, bandwidth: 7 } },
    run: run('yesterday'),
  };
  const second = {
    rows: [row('paper', 'batch 1', 'tfjs'), row('paper', 'batch 10', 'tfjs')],
    absent: [
      { name: 'vgg16', reason: 'not asked for' },
      { name: 'onnxruntime', reason: 'not found' },
    ],
    versions: { tfjs: '4' },
    machine: { 1: { flops: 3, bandwidth: 4 }, 2: { flops: 6, bandwidth: 6 } },
    run: run('today'),
  };
  let together: Comparisons['together'];
  let whole: ReturnType<Comparisons['together']>;
  before(async () => {
    ({ together } = await importBench<Comparisons>('report', 'comparisons.js'));
    whole = together([first, second]);
  });

  it('keeps the rows of a net together, and the later of two that measured the same', () => {
    assert.deepEqual(
      whole.rows.map(({ net, label, entries }) => [net, label, entries[0]!.contestant]),
      [
        ['paper', 'batch 1', 'tfjs'],
        ['paper', 'batch 10', 'tfjs'],
        ['vgg16', 'batch 1', 'PyTorch'],
      ],
    );
  });

  it('names as absent, once, who took part in none', () => {
    assert.deepEqual(whole.absent, [{ name: 'onnxruntime', reason: 'not found' }]);
  });

  it('says the last date, all versions and the best peaks', () => {
    assert.equal(whole.run.date, 'today');
    assert.deepEqual(whole.versions, { PyTorch: '2', tfjs: '4' });
    assert.deepEqual(whole.machine, { 1: { flops: 3, bandwidth: 4 }, 2: { flops: 6, bandwidth: 7 } });
  });

  it('leaves one file as it is', () => {
    assert.deepEqual(together([first]), first);
  });
});
