import assert from 'node:assert/strict';
import { importBench } from '../../support/bench.js';

interface Differences {
  relativeDifferences(a: Float32Array, b: Float32Array, count: number): number[];
  describeDifferences(
    values: readonly number[],
    kind: 'maps' | 'scores',
  ): { flipped: number; median: number; same: boolean };
}

describe('bench/measure/differences', () => {
  let differences: Differences;
  before(async () => (differences = await importBench<Differences>('measure', 'differences.js')));

  it('relates the difference of each result to the norm of the expected one', () => {
    const came = Float32Array.of(3, 5, 0, 0);
    const expected = Float32Array.of(3, 4, 0, 0);
    assert.deepEqual(differences.relativeDifferences(came, expected, 2), [1 / 5, 0]);
  });

  it('refuses results of another size', () => {
    const compare = () => differences.relativeDifferences(new Float32Array(3), new Float32Array(4), 1);
    assert.throws(compare, /gave 3 numbers where 4 were expected/);
  });

  it('a few flips among many maps are the same computation, and are counted', () => {
    const { flipped, same } = differences.describeDifferences([1e-6, 2e-6, 1e-6, 5e-2], 'maps');
    assert.deepEqual({ flipped, same }, { flipped: 0.25, same: true });
  });

  it('another computation is told from flips, and so is NaN', () => {
    assert.equal(differences.describeDifferences([0.9, 0.8, 1.1], 'maps').same, false);
    assert.equal(differences.describeDifferences([NaN, NaN, NaN], 'maps').same, false);
  });

  it('a flip in every map is the same computation, but nothing flips in scores', () => {
    const values = [4e-3, 2e-3, 9e-3];
    assert.equal(differences.describeDifferences(values, 'maps').same, true);
    assert.equal(differences.describeDifferences(values, 'scores').same, false);
  });
});
