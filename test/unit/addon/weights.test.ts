import assert from 'node:assert/strict';
import { openDevice, type Device, type Tensor, type WeightedPlan, type Weights } from '#lib/device/index.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';

const [outputs, features] = [1030, 1100];
/** More than a slice of them. */
const values = Float32Array.from({ length: outputs * features }, (_, i) => i);

/** The weights of one feature, as the layer gives them for an input that is 1 there and 0 elsewhere. */
async function column(device: Device, plan: WeightedPlan, x: readonly number[], feature: number) {
  const [from, to] = [device.tensor(x, 'float32', plan.x), device.tensor(plan.output, 'float32', plan.y)];
  from.write(new Float32Array(features).fill(1, feature, feature + 1));
  plan.forward(from, to);
  return to.read();
}

describeOnDevices('device.weights', (kind) => {
  const device = openedFor(kind);

  async function assertColumns(plan: WeightedPlan, x: readonly number[]) {
    for (const feature of [0, 517, features - 1]) {
      const expected = Float32Array.from({ length: outputs }, (_, output) => values[output * features + feature]!);
      assert.deepEqual(await column(device(), plan, x, feature), expected, `feature ${feature}`);
    }
  }

  it('brings every value of a matrix that is copied in slices', async () => {
    const weights = await device().weights(values, [outputs, features], null);
    const x = [1, features];
    await assertColumns(await device().planLinear({ x, weights, activation: 'none' }), x);
  });

  it('brings every value of filters that are copied in slices', async () => {
    const weights = await device().weights(values, [outputs, features, 1, 1], null);
    const x = [1, features, 1, 1];
    const geometry = { stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
    await assertColumns(await device().planConv2d({ x, weights, ...geometry, activation: 'none' }), x);
  });

  it('rejects where the array is detached before all was copied, gives the memory back, and the device goes on', async () => {
    const alone = await openDevice(kind);
    const detached = values.slice();
    const made = alone.weights(detached, [outputs, features], null);
    structuredClone(detached, { transfer: [detached.buffer] });
    const expected = {
      code: 'ERR_ARGUMENT',
      message: /w, until all of it was copied, must be a Float32Array of 1133000/,
    };
    await assert.rejects(made, expected);
    (await alone.weights(values, [outputs, features], null)).dispose();
    await alone.sync();
    assert.equal(alone.memory().weights, 0);
    alone.dispose();
  });

  it('rejects where the device is disposed of meanwhile', async () => {
    const alone = await openDevice(kind);
    const made = alone.weights(values, [outputs, features], null);
    alone.dispose();
    await assert.rejects(made, { code: 'ERR_DISPOSED' });
  });

  it('takes no bias only where null says so, as update does', async () => {
    const make = () => (device().weights as (...some: unknown[]) => Promise<Weights>)(new Float32Array(4), [2, 2]);
    const message = /device\.weights: b, unless null, must be a Float32Array of 2 elements .*, got undefined/;
    assert.throws(make, { code: 'ERR_ARGUMENT', message });
    const weights = await device().weights(new Float32Array(4), [2, 2], new Float32Array(2));
    const update = weights.update.bind(weights) as (w: Tensor) => void;
    const left = { code: 'ERR_ARGUMENT', message: 'weights.update: b must be a Tensor or null, got undefined' };
    assert.throws(() => update(device().tensor([2, 2], 'float32')), left);
  });
});
