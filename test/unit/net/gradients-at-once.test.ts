import assert from 'node:assert/strict';
import { gradientsAtOnce } from '#lib/net/gradients-at-once.js';

describe('gradientsAtOnce', () => {
  it('is at most 8, in passes of one size', () => {
    const counts = [1, 5, 8, 9, 20, 1000].map((k) => gradientsAtOnce(64 * 54 * 54, k));
    assert.deepEqual(counts, [1, 5, 8, 5, 7, 8]);
  });

  it('is less where the largest value is large, and 1 where that alone is beyond the limit', () => {
    const vgg = (n: number) => gradientsAtOnce(n * 64 * 224 * 224, 5);
    assert.deepEqual([1, 4, 10, 100].map(vgg), [5, 3, 1, 1]);
  });
});
