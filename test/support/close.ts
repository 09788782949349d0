import assert from 'node:assert/strict';

type Numbers = ArrayLike<number>;

/** Fails unless |a - e| <= atol + rtol * |e| for every element; names the worst by index and how many failed. */
export function assertClose(
  actual: Numbers,
  expected: Numbers,
  bounds: { atol: number; rtol: number },
  what = '',
): void {
  assert.equal(actual.length, expected.length, `${what}: number of elements`);
  let [failed, worst, worstExcess] = [0, 0, -Infinity];
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    const excess = difference - (bounds.atol + bounds.rtol * Math.abs(expected[i]!));
    if (!(excess <= 0)) failed++;
    if (Number.isNaN(excess) ? !Number.isNaN(worstExcess) : excess > worstExcess) [worst, worstExcess] = [i, excess];
  }
  if (failed === 0) return;
  const { atol, rtol } = bounds;
  assert.fail(
    `${what}: ${failed} of ${expected.length} elements differ by more than ${atol} + ${rtol} * |expected|; ` +
      `worst at ${worst}: ${actual[worst]}, expected ${expected[worst]}`,
  );
}

/** `assertClose` with bounds that grow with the largest expected magnitude, as rounding errors of sums do. */
export function assertCloseToScale(actual: Numbers, expected: Numbers, relative: number, what = ''): void {
  assertClose(actual, expected, { atol: relative * largestMagnitude(expected), rtol: relative }, what);
}

export function largestMagnitude(values: Numbers): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}

export interface Likeness {
  /** |a - e| / |e|, Euclidean. */
  readonly relativeL2: number;
  readonly cosine: number;
  /** |a| / |e|. */
  readonly ratio: number;
}

export function likeness(actual: Numbers, expected: Numbers): Likeness {
  assert.equal(actual.length, expected.length, 'number of elements');
  let [difference, product, ofActual, ofExpected] = [0, 0, 0, 0];
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    difference += (a - e) ** 2;
    product += a * e;
    ofActual += a * a;
    ofExpected += e * e;
  }
  return {
    relativeL2: Math.sqrt(difference / ofExpected),
    cosine: product / Math.sqrt(ofActual * ofExpected),
    ratio: Math.sqrt(ofActual / ofExpected),
  };
}

export interface FlipBounds {
  /** Relative L2 error that another float32 program was seen to have here: five times that is allowed. */
  readonly float32Error?: number;
  /** The least cosine where a ReLU or a switch flipped. */
  readonly cosine?: number;
}

/**
 * Compares gradients, which jump where rounding flips a ReLU or a pooling switch: the relative L2 error must be at most
 * 1e-4 (or 5 * float32Error), or else the cosine at least 0.999; and always the norms equal within 1 %, so that a wrong
 * scale cannot pass. An expected gradient of zeros must be met exactly.
 */
export function assertGradientClose(actual: Numbers, expected: Numbers, bounds: FlipBounds = {}, what = ''): void {
  if (largestMagnitude(expected) === 0) {
    assert.equal(largestMagnitude(actual), 0, `${what}: expected exactly zero everywhere, largest magnitude`);
    return;
  }
  const { relativeL2, cosine, ratio } = likeness(actual, expected);
  const error = Math.max(1e-4, 5 * (bounds.float32Error ?? 0));
  const leastCosine = bounds.cosine ?? 0.999;
  const seen = `relative L2 ${relativeL2}, cosine ${cosine}, ratio of norms ${ratio}`;
  assert.ok(
    relativeL2 <= error || cosine >= leastCosine,
    `${what}: ${seen}; allowed: L2 ${error} or cosine ${leastCosine}`,
  );
  assert.ok(Math.abs(ratio - 1) <= 0.01, `${what}: ${seen}; norms must agree within 1 %`);
}
