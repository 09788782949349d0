import assert from 'node:assert/strict';
import { describeOnDevices, openedFor } from '../../support/devices.js';

const isFault = { code: 'ERR_ARGUMENT', message: /^weights\.update: w must be finite/ };

describeOnDevices('an operation that fails while it runs', (kind) => {
  const device = openedFor(kind);
  const one = Float32Array.of(1);

  /** Fails with NaN. */
  async function fail(): Promise<void> {
    const weights = await device().weights(one, [1, 1], null);
    const nan = device().tensor([1, 1], 'float32');
    nan.write(Float32Array.of(NaN));
    weights.update(nan, null);
  }

  it('rejects what was asked before JS heard of it, and nothing after', async () => {
    const x = device().tensor([1], 'float32');
    await fail();
    device().fill(1, x);
    const [read, sync, second] = [x.read(), device().sync(), x.read()];
    await assert.rejects(read, isFault);
    device().fill(2, x);
    const after = x.read();
    await assert.rejects(sync, isFault);
    await assert.rejects(second, isFault);
    assert.deepEqual([...(await after)], [2]);
  });

  it('may be followed by another one, of which JS hears, too', async () => {
    for (let i = 0; i < 50; i++) {
      const x = device().tensor([1], 'float32');
      await fail();
      const [first, second] = [device().sync(), device().sync()];
      await assert.rejects(first, isFault);
      await fail();
      device().fill(1, x);
      await assert.rejects(second, isFault);
      await assert.rejects(x.read(), isFault);
      // CUDA finds such values while it runs what is queued, and leaves out further updates alone.
      assert.deepEqual([...(await x.read())], [kind === 'cpu' ? 0 : 1]);
    }
  });

  it('stops no values of the host: writes, weights and plans', async () => {
    const [x, y] = [device().tensor([1, 1], 'float32'), device().tensor([1, 1], 'float32')];
    await fail();
    x.write(Float32Array.of(5));
    const weights = await device().weights(Float32Array.of(3), [1, 1], null);
    const plan = await device().planLinear({ x: [1, 1], weights, activation: 'none' });
    await assert.rejects(device().sync(), isFault);
    plan.forward(x, y);
    assert.deepEqual([...(await y.read())], [15]);
  });
});
