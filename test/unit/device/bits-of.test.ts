import assert from 'node:assert/strict';
import { bitsOf } from '#lib/device/index.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';

describeOnDevices('bitsOf', (kind) => {
  openedFor(kind); // so that the module is loaded

  it('finds every bit wherever it is', () => {
    for (const length of [1, 3, 16, 67]) {
      for (let at = 0; at < length; at++) {
        for (const bit of [0, 5, 31]) {
          const values = new Int32Array(length).fill(1 << 12);
          values[at] = 1 << bit;
          assert.equal(
            bitsOf(values),
            length === 1 ? 1 << bit : (1 << bit) | (1 << 12),
            `${bit} at ${at} of ${length}`,
          );
        }
      }
    }
    assert.equal(bitsOf(new Int32Array()), 0);
    assert.equal(bitsOf(Int32Array.of(8, 4, 2).subarray(1)), 6);
  });

  it('refuses what is no Int32Array', () => {
    assert.throws(() => bitsOf([1] as never), { code: 'ERR_ARGUMENT', message: /values must be an Int32Array/ });
  });
});
