import assert from 'node:assert/strict';
import type { Precision } from '#lib/device/index.js';
import { deviceWith } from '#lib/net/device-with.js';
import { openNetwork } from '#lib/net/open-network.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';
import { miniAlexNet } from '../../support/nets.js';
import { inputFor } from '../../support/networks.js';

describeOnDevices("a network's precision", (kind) => {
  const device = openedFor(kind);
  const net = miniAlexNet();

  /** The gradient of a class, and the precision that each plan was asked for. */
  async function gradientIn(precision: Precision | undefined) {
    const asked: unknown[] = [];
    const watched = deviceWith(device(), {
      planConv2d: (options) => {
        asked.push(options.precision);
        return device().planConv2d(options);
      },
      planLinear: (options) => {
        asked.push(options.precision);
        return device().planLinear(options);
      },
    });
    const model = { ...net, preprocessing: null, classes: null };
    const network = await openNetwork('test', model, { device: watched, precision });
    const { data } = await network.gradient(inputFor(net, 1), { class: 2 });
    await network.dispose();
    return { data, asked, told: network.precision };
  }

  it("is 'float32' unless another is asked for, and all convolutions and matrices are planned in it", async () => {
    const { asked, told } = await gradientIn(undefined);
    assert.equal(told, 'float32');
    assert.ok(asked.length >= 4 && asked.every((one) => one === undefined));
    for (const precision of ['tf32', 'bfloat16'] as const) {
      const other = await gradientIn(precision);
      assert.equal(other.told, precision);
      assert.deepEqual(
        other.asked,
        asked.map(() => precision),
      );
    }
  });

  if (kind === 'cpu') {
    it('leaves every bit as it is on a device that is not faster with less', async () => {
      const { data } = await gradientIn('float32');
      assert.deepEqual((await gradientIn('bfloat16')).data, data);
    });
  }
});
