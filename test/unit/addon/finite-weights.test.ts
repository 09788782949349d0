import assert from 'node:assert/strict';
import type { Shape, Tensor } from '#lib/device/index.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';

describeOnDevices('weights that are not finite', (kind) => {
  const device = openedFor(kind);
  const good = Float32Array.of(1, 2);

  function given(shape: Shape, values: Float32Array): Tensor<'float32'> {
    const tensor = device().tensor(shape, 'float32');
    tensor.write(values);
    return tensor;
  }

  /** Weights [1, 2] of a linear layer with the bias 0.5, and what the layer makes of [10, 100]. */
  async function layer() {
    const weights = await device().weights(good, [1, 2], Float32Array.of(0.5));
    const plan = await device().planLinear({ x: [1, 2], weights, activation: 'none' });
    const [x, y] = [given([1, 2], Float32Array.of(10, 100)), device().tensor([1, 1], 'float32')];
    const output = async () => {
      plan.forward(x, y);
      return (await y.read())[0];
    };
    return { weights, output };
  }

  for (const [value, name] of [
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [-Infinity, '-Infinity'],
  ] as const) {
    const bad = Float32Array.of(1, value);
    const refusal = (where: string, what: string, at: number) => ({
      code: 'ERR_ARGUMENT',
      message: `${where}: ${what} must be finite, got ${name} at element ${at}`,
    });

    it(`device.weights refuses ${name} in the weight and in the bias`, async () => {
      const weights = (w: Float32Array, b: Float32Array) => device().weights(w, [2, 1], b);
      await assert.rejects(weights(bad, good), refusal('device.weights', 'w', 1));
      assert.throws(() => weights(good, bad), refusal('device.weights', 'b', 1));
      await weights(good, good);
    });

    it(`device.weights counts from the first element, where it copies many`, async () => {
      const many = new Float32Array(3 * 2 ** 20);
      many[2 ** 21 + 5] = value;
      await assert.rejects(device().weights(many, [3, 2 ** 20], null), refusal('device.weights', 'w', 2 ** 21 + 5));
    });

    it(`update with ${name} fails while running, with the same error, and changes nothing`, async () => {
      const { weights, output } = await layer();
      weights.update(given([1, 2], bad), null);
      await assert.rejects(output(), refusal('weights.update', 'w', 1));
      assert.equal(await output(), 210.5);
      weights.update(given([1, 2], Float32Array.of(3, 4)), given([1], Float32Array.of(value)));
      await assert.rejects(device().sync(), refusal('weights.update', 'b', 0));
      assert.equal(await output(), 210.5);
      weights.update(given([1, 2], Float32Array.of(3, 4)), given([1], Float32Array.of(1)));
      assert.equal(await output(), 431);
    });
  }

  it('an update is recorded like any operation, and fails in the replay whose values are bad', async () => {
    const { weights, output } = await layer();
    const w = given([1, 2], Float32Array.of(3, 4));
    const recording = device().capture(() => weights.update(w, null));
    recording.replay();
    assert.equal(await output(), 430.5);
    w.write(Float32Array.of(NaN, 4));
    recording.replay(2);
    await assert.rejects(output(), { code: 'ERR_ARGUMENT', message: /got NaN at element 0/ });
    w.write(Float32Array.of(5, 6));
    recording.replay();
    assert.equal(await output(), 650.5);
  });
});
