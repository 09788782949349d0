import assert from 'node:assert/strict';
import { unitsOf } from '#lib/visualise/reconstructed-target.js';

describe('unitsOf', () => {
  it('tells a unit of each input, also one beyond what float32 counts to', () => {
    const [size, units] = [2 ** 24 + 4, [2 ** 24 + 1, 3]];
    const derivative = new Float32Array(2 * size);
    units.forEach((unit, i) => (derivative[i * size + unit] = 1));
    assert.deepEqual([...unitsOf({ value: 'conv', derivative }, 2)], units);
  });

  it('is 0 where a pass does not start at one unit', () => {
    assert.deepEqual([...unitsOf({ classes: Int32Array.of(7, 8) }, 2)], [0, 0]);
  });
});
