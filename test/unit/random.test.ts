import assert from 'node:assert/strict';
import { Random } from '#lib/random.js';

const many = 20000;

describe('Random', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    const take = (seed: number) => {
      const random = new Random(seed);
      return [random.uniform(), random.integer(-5, 5), random.normal(), random.normal(), random.uniform()];
    };
    assert.deepEqual(take(7), take(7));
    assert.notDeepEqual(take(7), take(8));
    assert.deepEqual(take(1).slice(0, 2), [take(1)[0], take(1)[1]]);
  });

  it('is uniform from 0 to below 1', () => {
    const random = new Random(3);
    const values = Array.from({ length: many }, () => random.uniform());
    assert.ok(values.every((value) => value >= 0 && value < 1));
    const counts = new Array<number>(10).fill(0);
    for (const value of values) counts[Math.floor(value * 10)]!++;
    assert.ok(
      counts.every((count) => Math.abs(count - many / 10) < 6 * Math.sqrt(many / 10)),
      counts.join(),
    );
  });

  it('gives every integer between the bounds, both included', () => {
    const random = new Random(4);
    const seen = new Set(Array.from({ length: 1000 }, () => random.integer(-2, 3)));
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [-2, -1, 0, 1, 2, 3],
    );
  });

  it('gives normal numbers of mean 0 and deviation 1', () => {
    const random = new Random(5);
    const values = Array.from({ length: many }, () => random.normal());
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / many;
    assert.ok(Math.abs(moment(1)) < 0.05 && Math.abs(moment(2) - 1) < 0.05 && Math.abs(moment(4) - 3) < 0.3);
  });
});
