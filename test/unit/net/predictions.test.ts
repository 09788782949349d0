import assert from 'node:assert/strict';
import { best, standingOf, posteriorsOf } from '#lib/net/predictions.js';
import { assertClose } from '../../support/close.js';
import { Random } from '../../support/random.js';

const img = { where: 'test', what: 'img' };

describe('posteriorsOf', () => {
  it('does not overflow', () => assert.deepEqual([...posteriorsOf(Float32Array.of(1000, 1000))], [0.5, 0.5]));
});

describe('standingOf', () => {
  it('of one input is its scores, which decide, and posteriors, bit for bit', () => {
    const scores = Float32Array.of(0.1, -2, 0.7);
    const standing = standingOf(scores, 3, img);
    assert.deepEqual([standing.scores, standing.posteriors], [Float64Array.from(scores), posteriorsOf(scores)]);
    assert.equal(standing.deciding, standing.scores);
  });

  it('of several crops is the means of scores, and of posteriors, which decide', () => {
    const { scores, posteriors, deciding } = standingOf(Float32Array.of(0, 0, 4, 0), 2, img);
    assert.equal(deciding, posteriors);
    const larger = Math.exp(4) / (Math.exp(4) + 1);
    assert.deepEqual([...scores], [2, 0]);
    assertClose(posteriors, [(0.5 + larger) / 2, (1.5 - larger) / 2], { atol: 1e-15, rtol: 0 });
  });
});

describe('scores that are not finite', () => {
  for (const odd of [NaN, Infinity, -Infinity]) {
    it(`${odd} is refused, whoever is the best`, () =>
      assert.throws(() => standingOf(Float32Array.of(0, 9, 1, odd), 2, img), {
        code: 'ERR_ARGUMENT',
        message: new RegExp(`test: scores must be finite, got ${odd} for class 1 of crop 1 of img;`),
      }));
  }
});

describe('best', () => {
  it('gives the largest first, of equal ones the lower index', () => {
    assert.deepEqual(best(Float64Array.of(1, 3, 2, 3, 3), 3), [1, 3, 4]);
    assert.deepEqual(best(Float64Array.of(1, 3, 2, 3, 3), 2), [1, 3]);
    assert.deepEqual(best(Float64Array.of(0, 0, 0), 1), [0]);
  });

  it('gives all where more are asked for, as sorting would', () => {
    const values = Float64Array.from(new Random(2).normals(200), (value) => Math.round(20 * value));
    const sorted = [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
    assert.deepEqual(best(values, 1000), sorted);
    assert.deepEqual(best(values, 7), sorted.slice(0, 7));
  });
});
