import assert from 'node:assert/strict';
import { allFinite } from '#lib/device/index.js';
import { allFinite as inJavaScript } from '#lib/ndarray.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';

describeOnDevices('allFinite', (kind) => {
  openedFor(kind);

  it('finds NaN and infinities wherever they are, as JavaScript does', () => {
    for (const length of [0, 1, 3, 4, 7, 1000]) {
      const values = new Float32Array(length + 1).fill(-3.4e38).subarray(1);
      assert.ok(allFinite(values));
      for (const [at, bad] of [NaN, Infinity, -Infinity].flatMap((bad) =>
        [0, length >> 1, length - 1].map((at) => [at, bad] as const),
      )) {
        if (length === 0) continue;
        const damaged = values.slice().fill(bad, at, at + 1);
        assert.deepEqual([allFinite(damaged), inJavaScript(damaged)], [false, false], `${bad} at ${at} of ${length}`);
      }
    }
  });

  it('refuses what is no Float32Array', () => {
    assert.throws(() => allFinite([1] as never), { code: 'ERR_ARGUMENT', message: /values must be a Float32Array/ });
    assert.throws(() => allFinite(new Int32Array(1) as never), { code: 'ERR_ARGUMENT' });
  });
});
