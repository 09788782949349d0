import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { differenceOfArrays, differenceOfFiles, differenceOfJson } from '#lib/cli/compare-files.js';
import { reasonsBetween } from '#lib/cli/compare-records.js';
import { writeArray, writeImage } from '#lib/index.js';
import { array } from '#lib/ndarray.js';
import { aRecord } from '../../support/a-record.js';
import { temporaryFolder } from '../../support/command-line.js';

describe('what differs', () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder(), name);
  const numbers = (...values: number[]) => array(Float32Array.from(values), [values.length]);

  it('between arrays is counted and measured, against the largest that was recorded', () => {
    const found = differenceOfArrays(numbers(1, -8, NaN, 2), numbers(1, -6, NaN, 2.5));
    assert.deepEqual(found, { of: 'numbers', count: 2, total: 4, unmeasured: 0, largest: 2, relative: 0.25 });
  });

  it('from or to what is no finite number is counted, and has no size', () => {
    const found = differenceOfArrays(numbers(0, 1, 4, Infinity, NaN), numbers(NaN, Infinity, 5, 2, NaN));
    assert.deepEqual(found, { of: 'numbers', count: 4, total: 5, unmeasured: 3, largest: 1, relative: 0.25 });
  });

  it('from zeros has no relative size', () => {
    assert.equal(differenceOfArrays(numbers(0, 0), numbers(0, 1)).relative, null);
    assert.equal(differenceOfJson([0, 5], [1, 6]).relative, null);
  });

  it('between arrays of two shapes is the shape', () => {
    assert.equal(differenceOfArrays(numbers(1, 2), numbers(1, 2, 3)).of, 'shape');
  });

  it('between .npy files is that of their arrays', async () => {
    await writeArray(at('a.npy'), numbers(3, 0, 0));
    await writeArray(at('b.npy'), numbers(3, 0, 1.5));
    const found = await differenceOfFiles(at('a.npy'), at('b.npy'));
    assert.deepEqual(found, { of: 'numbers', count: 1, total: 3, unmeasured: 0, largest: 1.5, relative: 0.5 });
  });

  it('between PNGs is counted in pixels, which several channels may share', async () => {
    await writeImage(at('a.png'), array(Uint8Array.of(10, 20, 30, 1, 2, 3), [1, 2, 3]));
    await writeImage(at('b.png'), array(Uint8Array.of(10, 25, 33, 1, 2, 3), [1, 2, 3]));
    const found = await differenceOfFiles(at('a.png'), at('b.png'));
    assert.deepEqual([found!.of, found!.count, found!.total, found!.largest], ['pixels', 1, 2, 5]);
  });

  it('between JSON is that of its numbers, each against itself', async () => {
    const [a, b] = [
      { name: 'x', list: [1000, 2], other: null },
      { name: 'x', list: [1000, 3], other: null },
    ];
    const expected = { of: 'numbers', count: 1, total: 2, unmeasured: 0, largest: 1, relative: 0.5 };
    assert.deepEqual(differenceOfJson(a, b), expected);
    writeFileSync(at('a.json'), JSON.stringify(a));
    writeFileSync(at('b.json'), JSON.stringify(b));
    assert.deepEqual(await differenceOfFiles(at('a.json'), at('b.json')), expected);
  });

  const others: [title: string, now: unknown][] = [
    ['another text', { name: 'y', list: [1] }],
    ['one more key', { name: 'x', list: [1], more: 0 }],
    ['another key', { name: 'x', lists: [1] }],
    ['a longer list', { name: 'x', list: [1, 2] }],
    ['null', null],
  ];
  for (const [title, now] of others) {
    it(`between JSON and JSON with ${title} is more than numbers`, () => {
      assert.equal(differenceOfJson({ name: 'x', list: [1] }, now).of, 'content');
    });
  }

  it('of other files is not known', async () => {
    assert.equal(await differenceOfFiles(at('a.html'), at('b.html')), null);
  });

  it('holds the time where that is shown in what was written', () => {
    const timed = { ...aRecord, options: { timings: true } };
    const now = { ...timed, started: 'later' };
    assert.deepEqual(reasonsBetween(timed, now), [
      { what: 'date and timings in it', recorded: aRecord.started, now: 'later' },
    ]);
  });

  it('between the circumstances of two records is listed', () => {
    assert.deepEqual(reasonsBetween(aRecord, aRecord), []);
    const { environment, options, image } = aRecord;
    const { device } = environment;
    const now = {
      ...aRecord,
      ...{ label: '8', started: 'later', result: {}, outputs: {} },
      options: { ...options, rule: 'gradient', merge: 'sum' },
      image: { ...image!, path: 'elsewhere', sha256: '1'.repeat(64) },
      environment: { ...environment, node: 'v22.0.0', device: { ...device, threads: 1 } },
    };
    assert.deepEqual(reasonsBetween(aRecord, now), [
      { what: 'node', recorded: 'v20.0.0', now: 'v22.0.0' },
      { what: 'threads', recorded: 2, now: 1 },
      { what: 'rule', recorded: 'guided', now: 'gradient' },
      { what: 'image (SHA-256)', recorded: image!.sha256, now: '1'.repeat(64) },
      { what: 'merge', recorded: null, now: 'sum' },
    ]);
  });
});
