import assert from 'node:assert/strict';
import { marksOf } from '#lib/localise/marks.js';
import { marksBeyond } from '#lib/localise/seeds.js';
import { segmentSettings } from '#lib/localise/segment-settings.js';
import { atOnce } from '#lib/steps.js';

const marks = (values: number[], above: number, below: number, seen: number[] | null = null) => {
  const map = { values: Float32Array.from(values), seen: seen && Uint8Array.from(seen) };
  const { foreground, background } = atOnce(marksBeyond(map, above, below));
  return [[...foreground].join(''), [...background].join('')];
};

describe('marksBeyond', () => {
  it('takes what is above one limit and below the other, and neither limit itself', () => {
    assert.deepEqual(marks([0, 1, 2, 3, 4], 3, 1), ['00001', '10000']);
  });

  it('takes the limit too where a set would be empty', () => {
    assert.deepEqual(marks([0, 0, 0, 2, 4], 3, 0), ['00001', '11100']);
    assert.deepEqual(marks([0, 1, 4, 4, 4], 4, 1), ['00111', '10000']);
  });

  it('calls background what would be both', () => {
    assert.deepEqual(marks([5, 5, 5], 5, 5), ['000', '111']);
  });

  it('marks nothing that was not seen, and looks for ties among the seen alone', () => {
    assert.deepEqual(marks([9, 0, 0, 4, -9], 4, 0, [0, 1, 1, 1, 0]), ['00010', '01100']);
    assert.deepEqual(marks([9, 0, 0, 4, -9], 3, 1, [0, 255, 255, 255, 0]), ['00010', '01100']);
  });
});

describe('marksOf', () => {
  const settings = segmentSettings('test', { quantiles: { foreground: 0.9, background: 0.2 } });

  it('puts seeds beyond the quantiles and clamps beyond theirs', async () => {
    const values = Float32Array.from({ length: 1001 }, (_, i) => i);
    const { seeds, clamps } = await marksOf({ values, seen: null }, settings);
    assert.deepEqual([seeds.foreground.indexOf(1), seeds.background.lastIndexOf(1)], [901, 199]);
    assert.deepEqual([clamps!.foreground.indexOf(1), clamps!.background.lastIndexOf(1)], [996, 4]);
  });

  it('has no clamps where none are wanted, and no marks where nothing was seen', async () => {
    const map = { values: Float32Array.of(1, 2, 3), seen: new Uint8Array(3) };
    assert.equal((await marksOf({ ...map, seen: null }, { ...settings, clamps: false })).clamps, null);
    const { seeds, clamps } = await marksOf(map, settings);
    for (const one of [seeds, clamps!]) assert.ok(!one.foreground.includes(1) && !one.background.includes(1));
  });
});
