import assert from 'node:assert/strict';
import { atOnce } from '#lib/steps.js';
import { gaussLegendre, ruleOf } from '#lib/visualise/gauss-legendre.js';
import { assertClose } from '../../support/close.js';

const ruleWith = (n: number) => atOnce(gaussLegendre(n));

describe('gaussLegendre', () => {
  it('gives the known rules of one, two and three points', () => {
    const shift = (z: number) => (1 + z) / 2;
    const known = [
      [[0.5], [1]],
      [
        [shift(-Math.sqrt(1 / 3)), shift(Math.sqrt(1 / 3))],
        [0.5, 0.5],
      ],
      [
        [shift(-Math.sqrt(0.6)), 0.5, shift(Math.sqrt(0.6))],
        [5 / 18, 8 / 18, 5 / 18],
      ],
    ] as const;
    known.forEach(([points, weights], i) => {
      const rule = ruleWith(i + 1);
      assertClose(rule.points, points, { atol: 1e-15, rtol: 0 });
      assertClose(rule.weights, weights, { atol: 1e-14, rtol: 0 });
    });
  });

  it('integrates powers up to 2n - 1 exactly, and the next one not', () => {
    for (const n of [1, 2, 5, 8]) {
      const { points, weights } = ruleWith(n);
      const errorAt = (power: number) =>
        Math.abs(points.reduce((sum, a, s) => sum + weights[s]! * a ** power, 0) - 1 / (power + 1));
      for (let power = 0; power < 2 * n; power++) assert.ok(errorAt(power) < 1e-14, `${n} points, a^${power}`);
      assert.ok(errorAt(2 * n) > 1e-11, `${n} points`);
    }
  });

  it('has rising points between 0 and 1 and weights that sum to 1, with many points too', () => {
    for (const n of [64, 1000, 4096]) {
      const { points, weights } = ruleWith(n);
      assert.ok(points.every((a, s) => a > (s === 0 ? 0 : points[s - 1]!) && a < 1));
      assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-11);
    }
  });

  it('is symmetric about the middle, and made a pair of points at a time', () => {
    for (const n of [6, 7, 513]) {
      const { points, weights } = ruleWith(n);
      assertClose(points, Float64Array.from(points, (a) => 1 - a).reverse(), { atol: 2e-16, rtol: 0 });
      assert.deepEqual(weights, weights.slice().reverse());
      assert.equal([...gaussLegendre(n)].length, Math.ceil(n / 2));
    }
  });
});

describe('ruleOf', () => {
  it('keeps the rules that were used last, and not all', async () => {
    const first = await ruleOf(64);
    assert.deepEqual(first, ruleWith(64));
    for (const n of [1, 2, 3, 4]) await ruleOf(n);
    assert.equal(await ruleOf(64), first);
    for (let n = 1; n < 20; n++) await ruleOf(n);
    assert.notEqual(await ruleOf(64), first);
  });
});
