import assert from 'node:assert/strict';
import { importBench } from '../../support/bench.js';

interface Report {
  gpuText(...results: object[]): string;
  gpuPage(result: object): string;
}

describe('bench/report/gpu', () => {
  let report: Report;
  before(async () => (report = await importBench<Report>('report', 'gpu.js')));

  function entry(contestant: string, configuration: string, median: number | null, error: string | null = null) {
    const times = median === null ? null : { median, lower: median, upper: median, count: 3 };
    const differences = contestant === 'PyTorch' ? { same: error === null, median: 2e-6, flipped: 0, count: 9 } : null;
    return { contestant, configuration, times, satOut: false, error, differences };
  }
  const ceilings = { by: 'PyTorch', float32: 60e12, tf32: 400e12, bfloat16: 800e12, copy: 4e12 };
  const whole = { net: 'paper', precision: 'float32', n: 1, results: 1, label: 'batch 1', flops: 3e9, bytes: 4e8 };

  /** The cells of the last line, which several spaces keep apart. */
  function cells(entries: object[], row: object = {}): string[] {
    return report
      .gpuText({ ceilings, rows: [{ ...whole, ...row, entries }] })
      .split('\n')
      .at(-1)!
      .split(/ {2,}/);
  }

  it('shows maps per second, ratios to eager and to the fastest, and the shares of both ceilings', () => {
    const entries = [
      entry('deep-inside', 'default', 0.5),
      entry('deep-inside', 'tuned', 0.4),
      entry('PyTorch', 'nchw', 2),
      entry('PyTorch', 'channels_last', 1.6),
      entry('PyTorch', 'compiled nchw', 1),
      entry('PyTorch', 'graph nchw', 0.6),
    ];
    const speeds = ['2500', '500', '625', '1000', '1667', '5.00x', '1.50x', '12.5 %', '25.0 %', '2.0e-6'];
    assert.deepEqual(cells(entries), ['paper', 'float32', '1', ...speeds]);
  });

  it('says in the row what had no memory, what computes something else, and who is not there', () => {
    const entries = [
      entry('deep-inside', 'default', null, 'DeepInsideError: ERR_MEMORY: cuda: allocating 9 bytes'),
      entry('PyTorch', 'nchw', null, 'OutOfMemoryError: CUDA out of memory. Tried to allocate'),
      entry('PyTorch', 'channels_last', 2, 'SOMETHING ELSE: its results differ by 9.0e-1'),
    ];
    const row = cells(entries, { n: 128, results: 128 });
    assert.deepEqual(row.slice(3), ['out of memory', 'out of memory', 'failed', ...Array<string>(7).fill('-')]);
  });

  it('rows of one net, precision and batch are one line, and ratios are those within a row', () => {
    const plain = [
      entry('deep-inside', 'default', 0.5),
      entry('PyTorch', 'nchw', 2),
      entry('PyTorch', 'graph nchw', 1.5),
    ];
    const compiled = [entry('deep-inside', 'default', 1), entry('PyTorch', 'compiled nchw', 2)];
    const result = (...rows: object[]) => ({ ceilings, rows: rows.map((row) => ({ ...whole, ...row })) });
    const text = report.gpuText(
      result({ n: 10, entries: plain }, { net: 'vgg16', entries: plain }),
      result({ entries: plain }, { precision: 'tf32', entries: compiled }, { n: 10, entries: compiled }),
    );
    const lines = text.split('\n').map((line) => line.split(/ {2,}/));
    assert.deepEqual(
      lines.slice(1).map((line) => line.slice(0, 10).join(' ')),
      [
        'paper float32 1 2000 500 - - 667 4.00x 3.00x',
        'paper float32 10 2000 500 - 500 667 4.00x 2.00x',
        'vgg16 float32 1 2000 500 - - 667 4.00x 3.00x',
        'paper tf32 1 1000 - - 500 - - 2.00x',
      ],
    );
  });

  it('the page names date, device, driver, versions, command and who took no part, and lists every configuration', () => {
    const run = {
      date: '2030-01-02T03:04:05Z',
      machine: 'a processor',
      device: 'a card',
      driver: '1.2',
      versions: 'deep-inside 0.1.0, CUDA 13.0',
      command: 'node bench/gpu.js',
    };
    const rows = [{ ...whole, entries: [entry('deep-inside', 'default', 0.5)] }];
    const absent = [{ name: 'PyTorch', reason: 'python3 has no torch' }];
    const page = report.gpuPage({ run, ceilings, rows, absent, versions: { 'deep-inside': '0.1.0' } });
    for (const said of [
      '# Maps per second on a card',
      '2030-01-02, a processor, driver 1.2',
      'CUDA 13.0',
      'bfloat16 800',
    ])
      assert.ok(page.includes(said), said);
    assert.ok(page.includes('PyTorch took no part: python3 has no torch'));
    assert.match(page, /^\| paper \| float32 \| 1 \| deep-inside default \| 0\.50 \|/m);
  });
});
