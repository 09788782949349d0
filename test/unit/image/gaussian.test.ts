import assert from 'node:assert/strict';
import { gaussianTaps, radiusOf } from '#lib/image/gaussian.js';
import { scheduled, shrinkage, adamCoefficients } from '#lib/visualise/ascent-rates.js';

describe('gaussianTaps', () => {
  it('are symmetric, have the sum 1 and the ratios of a Gaussian', () => {
    const taps = gaussianTaps(1.5);
    assert.equal(taps.length, 2 * radiusOf(1.5) + 1);
    assert.ok(Math.abs(taps.reduce((sum, tap) => sum + tap, 0) - 1) < 1e-6);
    taps.forEach((tap, i) => assert.equal(tap, taps[taps.length - 1 - i]));
    const middle = (taps.length - 1) / 2;
    assert.ok(Math.abs(taps[middle + 2]! / taps[middle]! - Math.exp(-2 / 1.5 ** 2)) < 1e-6);
  });

  it('of sigma 0 leave an image as it is, whatever the radius', () => {
    assert.deepEqual([...gaussianTaps(0)], [1]);
    assert.deepEqual([...gaussianTaps(0, 2)], [0, 0, 1, 0, 0]);
  });
});

describe('rates of an ascent', () => {
  it('start at 1 and, unless constant, would be 0 after the last step', () => {
    assert.deepEqual(
      [0, 5, 10].map((step) => scheduled('constant', step, 10)),
      [1, 1, 1],
    );
    assert.deepEqual(
      [0, 5, 10].map((step) => scheduled('linear', step, 10)),
      [1, 0.5, 0],
    );
    const cosine = [0, 5, 10].map((step) => scheduled('cosine', step, 10));
    cosine.forEach((rate, i) => assert.ok(Math.abs(rate - [1, 0.5, 0][i]!) < 1e-12));
  });

  it('shrink by the proximal step of the penalty and the decay', () => {
    assert.equal(shrinkage(2, 0.25, 0), 0.5);
    assert.equal(shrinkage(2, 0.25, 0.5), 0.25);
    assert.ok(shrinkage(1e9, 1e9, 0) > 0);
  });

  it("correct Adam's moments for their start at 0", () => {
    const [beta1, beta2, step, epsilon, first, second] = adamCoefficients(3, 0.9, 0);
    assert.deepEqual([beta1, beta2, step, epsilon], [Math.fround(0.9), Math.fround(0.999), 3, 1e-8]);
    assert.equal(first, 1 / (1 - Math.fround(0.9)));
    assert.equal(second, 1 / (1 - Math.fround(0.999)));
  });
});
