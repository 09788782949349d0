import assert from 'node:assert/strict';
import type { Batch } from '#lib/net/batch.js';
import { inParts, largestBatch } from '#lib/net/parts.js';

const batchOf = (n: number): Batch => ({
  ...{ n, single: false, view: null },
  data: Float32Array.from({ length: 2 * n }, (_, i) => i),
});

describe('inParts', () => {
  /** The parts that come of n inputs, and the whole that is made of them. */
  async function run(n: number, most: number) {
    const parts: number[][] = [];
    const whole = await inParts(batchOf(n), most, async ({ n, data: given }, first) => {
      const data = await given;
      parts.push([first, n]);
      return [data.slice(), data.filter((_, i) => i % 2 === 1)];
    });
    assert.deepEqual(whole[0], batchOf(n).data);
    assert.deepEqual(
      whole[1],
      Float32Array.from({ length: n }, (_, i) => 2 * i + 1),
    );
    return parts;
  }

  it('leaves a batch that is not too large as it is', async () => {
    assert.deepEqual(await run(1, 4), [[0, 1]]);
    assert.deepEqual(await run(4, 4), [[0, 4]]);
  });

  it('divides others into parts of one size, the last of which may overlap', async () => {
    assert.deepEqual(await run(8, 4), [
      [0, 4],
      [4, 4],
    ]);
    assert.deepEqual(await run(10, 4), [
      [0, 4],
      [4, 4],
      [6, 4],
    ]);
    assert.deepEqual(await run(5, 4), [
      [0, 3],
      [2, 3],
    ]);
    assert.equal((await run(3, 1)).length, 3);
  });
});

describe('what comes of the parts', () => {
  it('keeps its type, and so indices that float32 does not have', async () => {
    const index = 2 ** 24 + 1;
    const [values, indices] = await inParts(batchOf(5), 2, ({ n }) =>
      Promise.resolve([new Float32Array(n).fill(0.5), new Int32Array(n).fill(index)] as const),
    );
    assert.deepEqual([values, indices], [new Float32Array(5).fill(0.5), new Int32Array(5).fill(index)]);
  });
});

describe('largestBatch', () => {
  it('is 32, less where activations are large, and never 0', () => {
    assert.equal(largestBatch([[1, 3, 224, 224]]), 32);
    assert.equal(largestBatch(Array.from({ length: 10 }, () => [1, 64, 224, 224])), 8);
    assert.equal(largestBatch([[1, 2 ** 15, 2 ** 15]]), 1);
  });
});
