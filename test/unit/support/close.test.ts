import assert from 'node:assert/strict';
import { assertClose, assertGradientClose } from '../../support/close.js';

describe('assertClose', () => {
  it('names the worst element, both values and how many failed', () => {
    assert.throws(
      () => assertClose([1, 2.5, 9], [1, 2, 3], { atol: 0.1, rtol: 0 }, 'y'),
      /y: 2 of 3 elements differ by more than 0\.1 \+ 0 \* \|expected\|; worst at 2: 9, expected 3/,
    );
  });

  it('lets pass what atol + rtol * |expected| allows', () => {
    assertClose([1.05, -10.9], [1, -10], { atol: 0.1, rtol: 0.1 });
  });

  it('never lets NaN or an infinity pass', () => {
    const bounds = { atol: 1, rtol: 1 };
    assert.throws(() => assertClose([0, NaN, 0], [0, 0, 0], bounds), /1 of 3 .* worst at 1: NaN/);
    assert.throws(() => assertClose([Infinity], [0], bounds));
  });

  it('refuses another number of elements', () => {
    assert.throws(() => assertClose([1], [1, 1], { atol: 1, rtol: 1 }), /number of elements/);
  });
});

describe('assertGradientClose', () => {
  const gradient = Float64Array.from({ length: 10_000 }, (_, i) => Math.sin(i * i));

  it('lets a few flipped elements pass', () => {
    const flipped = gradient.map((value, i) => (i % 1000 === 7 ? 0 : value));
    assertGradientClose(flipped, gradient);
  });

  it('does not let a wrong scale pass, though its cosine is 1', () => {
    assert.throws(
      () =>
        assertGradientClose(
          gradient.map((value) => value * 1.02),
          gradient,
        ),
      /within 1 %/,
    );
  });

  it('does not let a wrong pattern of the right norm pass', () => {
    assert.throws(() => assertGradientClose(gradient.slice().reverse(), gradient), /cosine/);
  });

  it('wants zeros where zeros are expected, and not where they are not', () => {
    assertGradientClose([0, 0], [0, 0]);
    assert.throws(() => assertGradientClose([0, 1e-30], [0, 0]), /exactly zero/);
    assert.throws(() => assertGradientClose([0, 0], [0, 1]));
  });

  it('never lets NaN pass', () => {
    assert.throws(() => assertGradientClose([NaN, 1], [1, 1]));
    assert.throws(() => assertGradientClose([NaN, 0], [0, 0]));
  });
});
