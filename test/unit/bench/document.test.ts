import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importBench } from '../../support/bench.js';
import { repository } from '../../support/shared.js';

interface Document {
  withSection(page: string, name: string, text: string): string;
  comparisonSections(result: object): Record<string, string>;
  growthSections(result: object): Record<string, string>;
  profileSections(profiles: readonly object[]): Record<string, string>;
  waitSections(results: readonly object[]): Record<string, string>;
}

describe('bench/report/document', () => {
  let document: Document;
  before(async () => (document = await importBench<Document>('report', 'document.js')));

  const times = { median: 10, lower: 9, upper: 11, count: 5 };
  const entry = { configuration: 'default', times, satOut: false, error: null, differences: null };
  const row = { net: 'paper', threads: 2, label: 'batch 1', work: 'maps', results: 1, floorMs: 4 };
  const comparison = {
    run: { date: '2026-01-31T00:00:00Z', machine: 'a machine', versions: 'Node' },
    versions: { 'deep-inside': '1', peer: '2' },
    machine: { 2: { flops: 2e11, bandwidth: 4e10 } },
    absent: [{ name: 'another', reason: 'not installed' }],
    rows: [
      {
        ...row,
        activity: { pool5: 0.7, relu6: 0.5, relu7: 0.5 },
        entries: [
          { ...entry, contestant: 'deep-inside' },
          {
            ...entry,
            contestant: 'peer',
            times: { ...times, median: 25 },
            differences: { same: true, median: 1e-6, flipped: 0.5, count: 8 },
          },
        ],
      },
    ],
  };
  const points = [1, 2, 4].map((value) => ({
    kind: 'batch',
    net: 'paper',
    value,
    maps: value,
    times: { ...times, median: 10 * value ** 0.7 },
    device: 2 ** 20,
    resident: 2 ** 21,
  }));

  it('replaces what stands between two marks and leaves the rest', () => {
    const page = 'before\n<!-- begin a -->\nold\n<!-- end a -->\nafter';
    const replaced = 'before\n<!-- begin a -->\n\nnew\n\n<!-- end a -->\nafter';
    assert.equal(document.withSection(page, 'a', 'new'), replaced);
    assert.equal(document.withSection(replaced, 'a', 'new'), replaced);
    assert.throws(() => document.withSection(page, 'b', 'new'), /no section "<!-- begin b -->"/);
  });

  it('fills sections that docs/performance.md has', () => {
    const page = readFileSync(join(repository, 'docs', 'performance.md'), 'utf8');
    const sections = {
      ...document.comparisonSections(comparison),
      ...document.growthSections({ points }),
      ...document.profileSections([]),
      ...document.waitSections([]),
    };
    for (const name of Object.keys(sections)) document.withSection(page, name, '');
  });

  it('says who was faster, who was missing and what the machine can do', () => {
    const { about, comparison: table, contestants } = document.comparisonSections(comparison);
    assert.match(about!, /200 GFLOP\/s and 40 GB\/s from memory on 2 threads/);
    assert.match(about!, /another took no part: not installed/);
    assert.match(table!, /\| 2\.50x \|/);
    assert.match(contestants!, /\| 1\.0e-6 \| 4 of 8 \|/);
  });

  it('plots have numbers for coordinates, and text is escaped', async () => {
    type Plot = (rows: readonly object[], title: string) => string;
    const { comparisonPlot } = await importBench<{ comparisonPlot: Plot }>('report', 'comparison-plot.js');
    const { growthPlot } = await importBench<{ growthPlot: Plot }>('report', 'growth-plot.js');
    for (const svg of [comparisonPlot(comparison.rows, 'a < b'), growthPlot(points, 'a < b')]) {
      assert.match(svg, /^<svg .*<title>a &lt; b<\/title>.*<\/svg>\n$/s);
      assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
    }
  });

  it('counts the waits of the event loop that are longer than they should be', () => {
    const of = (...waits: number[]) => waits.map((blocked) => ({ blocked, ms: 2 * blocked }));
    const rows = [
      { net: 'paper', call: 'classify', first: of(12, 21, 30), later: of(1, 2, 3, 4) },
      { net: 'paper', call: 'open', first: of(20), later: [] },
    ];
    const { 'event-loop': text } = document.waitSections([{ run: comparison.run, rows }]);
    assert.match(text!, /^- 2026-01-31, a machine/);
    assert.match(text!, /\| 21\.0 \| 30\.0 \| 2 of 3 \| 42\.0 \| 2\.5 \| 4\.0 \| 0 of 4 \| 5\.0 \|/);
    assert.match(text!, /\| open \| 20\.0 \| 20\.0 \| 0 of 1 \| 40\.0 \| - \|/);
  });

  it('adds operations of one kind up in a profile', () => {
    const operation = { pass: 'forward', operation: 'conv2d.forward', ms: 2, gflop: 0.4, mbytes: 8 };
    const operations = [
      { ...operation, layer: 'a' },
      { ...operation, layer: 'b', ms: 1 },
    ];
    const { profiles } = document.profileSections([{ setting: 'paper', sum: 3, whole: 2.9, operations }]);
    assert.match(profiles!, /\*\*paper: sum 3\.00 ms, whole pass 2\.90 ms\*\*/);
    assert.match(profiles!, /\| forward \| all \| conv2d\.forward \| 3\.000 \| 100\.0 % \| 0\.800 \| 267 \| 5\.3 \|/);
  });
});
