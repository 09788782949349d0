import assert from 'node:assert/strict';
import { importBench } from '../../support/bench.js';

type Table = (header: readonly string[], rows: readonly (readonly string[])[]) => string;

describe('bench/report/table', () => {
  let tables: { textTable: Table; markdownTable: Table };
  before(async () => (tables = await importBench<typeof tables>('report', 'table.js')));

  const header = ['net', 'ms'];
  const rows = [
    ['paper', '9.5'],
    ['vgg16', '120.0'],
    ['alexnet', '-'],
  ];

  it('a text table sets words left and numbers right', () => {
    assert.equal(tables.textTable(header, rows), 'net         ms\npaper      9.5\nvgg16    120.0\nalexnet      -');
  });

  it('a Markdown table does so too', () => {
    const lines = ['| net | ms |', '| --- | ---: |', '| paper | 9.5 |', '| vgg16 | 120.0 |', '| alexnet | - |'];
    assert.equal(tables.markdownTable(header, rows), lines.join('\n'));
  });
});
