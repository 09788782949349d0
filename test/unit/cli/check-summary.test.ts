import assert from 'node:assert/strict';
import type { Checks } from '#lib/cli/check-report.js';
import { textOfSummary } from '#lib/cli/check-summary.js';

describe('the summary of checks', () => {
  const complete = (delta: number, difference: number): Checks => ({
    class: 1,
    completeness: { sum: difference + delta, difference, delta, steps: 64 },
  });

  it('leaves out maps whose score gains nothing, of which nothing is a share', () => {
    const text = textOfSummary([complete(0, 0), complete(1, 0), complete(-0.5, 10), complete(1, -10)]);
    assert.equal(text, 'medians of 4 maps\nintegrated gradients: 7.5 % off, at most 10.0 %');
    assert.equal(textOfSummary([complete(0, 0), complete(1, 0)]), null);
  });

  it('is none of one map, and of maps without numbers', () => {
    assert.equal(textOfSummary([complete(1, 10)]), null);
    assert.equal(textOfSummary([{ class: 1 }, { class: 2 }]), null);
  });
});
