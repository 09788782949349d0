import assert from 'node:assert/strict';
import { atOnce } from '#lib/steps.js';
import { byImportance } from '#lib/visualise/by-importance.js';
import { Random } from '../../support/random.js';

const order = (values: Iterable<number>) => [...atOnce(byImportance(Float32Array.from(values)))];

describe('byImportance', () => {
  it('begins with the largest value, equal ones in row-major order', () => {
    assert.deepEqual(order([1, 3, -2, 3, 1]), [1, 3, 0, 4, 2]);
    assert.deepEqual(order([5, 5, 5]), [0, 1, 2]);
    assert.deepEqual(order([7]), [0]);
  });

  it('takes both zeros for one', () => assert.deepEqual(order([-0, 0, -1, 0]), [0, 1, 3, 2]));

  it('of many values, many of them equal, is what a stable sort gives', () => {
    const values = Float32Array.from(new Random(2).normals(30_000), (value) => Math.round(50 * value));
    const expected = [...values.keys()].sort((a, b) => values[b]! - values[a]!);
    assert.deepEqual(order(values), expected);
  });
});
