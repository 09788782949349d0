import assert from 'node:assert/strict';
import { tenCropsOf } from '#lib/net/ten-crops.js';
import { mergeCrops } from '#lib/visualise/merge-crops.js';
import { assertClose } from '../../support/close.js';

/** Ten crops of a strip of 1 x cols pixels; each map is [1, 2]. */
function strip(cols: number) {
  const [resized, size] = [
    [1, cols],
    [1, 2],
  ] as [[number, number], [number, number]];
  return { image: resized, resized, size, crops: tenCropsOf('test', resized, size, 'rectangle') };
}

/** A map for each crop: 1 and 2 from left to right as the network saw them. */
const maps = Array.from({ length: 10 }, () => Float32Array.of(1, 2));

describe('mergeCrops', () => {
  // Of 3 pixels, three crops and their mirror images begin at 0, two of each at 1. Sums: 3 * 1 + 3 * 2 at the first
  // pixel, 3 * 2 + 3 * 1 + 2 * 1 + 2 * 2 at the second, 2 * 2 + 2 * 1 at the third.
  it("'coverage' divides by the number of maps that cover a pixel", () => {
    const merged = mergeCrops(maps, strip(3), 'coverage');
    assert.deepEqual([merged.shape, merged.seen], [[1, 3], null]);
    assertClose(merged.data, [9 / 6, 15 / 10, 6 / 4], { atol: 1e-7, rtol: 0 });
  });

  it("'sum' divides by ten", () => {
    assertClose(mergeCrops(maps, strip(3), 'sum').data, [0.9, 1.5, 0.6], { atol: 1e-7, rtol: 0 });
  });

  it('mirrors the maps of mirrored crops back', () => {
    const ofMirrored = maps.map((map, i) => (i < 5 ? Float32Array.of(0, 0) : map));
    assertClose(mergeCrops(ofMirrored, strip(2), 'coverage').data, [1, 0.5], { atol: 1e-7, rtol: 0 });
  });

  it('is 0 and not seen between the crops', () => {
    for (const merge of ['coverage', 'sum'] as const) {
      const { data, seen } = mergeCrops(maps, strip(7), merge);
      assert.deepEqual(
        [seen!.shape, [...seen!.data]],
        [
          [1, 7],
          [1, 1, 1, 1, 0, 1, 1],
        ],
      );
      assert.equal(data[4], 0);
      assert.ok(data.every((value, i) => i === 4 || value > 0));
    }
  });

  it('lets signed values cancel', () => {
    const signed = maps.map((map, i) => (i < 5 ? map : map.map((value) => -value)));
    assertClose(mergeCrops(signed, strip(2), 'coverage').data, [-0.5, 0.5], { atol: 1e-7, rtol: 0 });
  });
});
