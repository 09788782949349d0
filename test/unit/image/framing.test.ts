import assert from 'node:assert/strict';
import type { FramedMap } from '#lib/image/framed-map.js';
import { framing } from '#lib/image/framing.js';
import { array } from '#lib/ndarray.js';
import { atOnce } from '#lib/steps.js';

const map = (rows: number, cols: number, ...values: number[]) => array(Float32Array.from(values), [rows, cols]);

const mask = (rows: number, cols: number, ...values: number[]) => array(Uint8Array.from(values), [rows, cols]);

const inImageFrame = (given: FramedMap, size: [number, number]) => atOnce(framing(given, size));

describe('framing', () => {
  it('is the map itself where nothing was resized or cut', () => {
    const result = inImageFrame(Object.assign(map(1, 2, 3, -4), { seen: null }), [1, 2]);
    assert.deepEqual([[...result.data], result.seen], [[3, -4], null]);
  });

  it('is 0 and unseen where the network did not look', () => {
    const seen = mask(2, 3, 0, 1, 0, 0, 1, 0);
    const result = inImageFrame(Object.assign(map(2, 3, 0, 5, 0, 0, 7, 0), { seen }), [2, 3]);
    assert.deepEqual(
      [result.shape, [...result.data]],
      [
        [2, 3],
        [0, 5, 0, 0, 7, 0],
      ],
    );
    assert.deepEqual(result.seen!.data, seen.data);
  });

  it('does not darken the rim of what was seen, whatever its form', () => {
    const seen = mask(4, 4, ...[0, 0, 0, 1], ...[0, 1, 1, 0], ...[0, 1, 1, 0], ...[1, 0, 0, 0]);
    const result = inImageFrame(Object.assign(map(4, 4, ...seen.data), { seen }), [16, 16]);
    result.seen!.data.forEach((one, i) => assert.ok(Math.abs(result.data[i]! - one) < 1e-6));
    const pixels = result.seen!.data.reduce((sum, one) => sum + one, 0);
    assert.equal(pixels, 6 * 16);
  });

  it('interpolates with the nearest pixel that was seen, on whichever side that lies', () => {
    for (const [rows, cols] of [
      [1, 4],
      [4, 1],
    ] as const) {
      const before = Object.assign(map(rows, cols, 2, 6, 0, 0), { seen: mask(rows, cols, 1, 1, 0, 0) });
      const after = Object.assign(map(rows, cols, 0, 0, 2, 6), { seen: mask(rows, cols, 0, 0, 1, 1) });
      const size: [number, number] = [rows === 1 ? 1 : 8, cols === 1 ? 1 : 8];
      assert.deepEqual([...inImageFrame(before, size).data], [2, 3, 5, 6, 0, 0, 0, 0]);
      assert.deepEqual([...inImageFrame(after, size).data], [0, 0, 0, 0, 2, 3, 5, 6]);
    }
  });
});
