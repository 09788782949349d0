import assert from 'node:assert/strict';
import { insertionDeletion, integratedGradients, saliency, smoothGrad } from '#lib/index.js';
import { array } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { describeOnDevices } from '../../support/devices.js';
import { fireNet, miniAlexNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';

const finite = (where: string, of: string) => ({
  code: 'ERR_ARGUMENT',
  message: new RegExp(`^${where}: scores must be finite, got (NaN|-?Infinity) for class \\d of ${of}; its inputs or`),
});

describeOnDevices('points at which the network overflows', (kind) => {
  const x = inputFor(miniAlexNet(), 4);
  const huge = array(new Float32Array(x.data.length).fill(3e38), x.shape);
  const onAlexNet = (use: (net: Network) => Promise<void>) => withNetwork(miniAlexNet(), kind, use);

  it('are refused as the baseline of integrated gradients, and on the way from there', () =>
    onAlexNet(async (net) => {
      const call = integratedGradients(net, x, 1, { baseline: huge, steps: 8 });
      await assert.rejects(call, finite('integratedGradients', 'baseline'));
      assert.ok((await integratedGradients(net, x, 1, { steps: 8 })).data.every(Number.isFinite));
    }));

  it('are refused along the curves of insertion and deletion', () =>
    onAlexNet(async (net) => {
      const map = await saliency(net, x, 1);
      for (const baseline of ['insertion', 'deletion']) {
        const call = insertionDeletion(net, x, map, 1, { [baseline]: huge, steps: 4 });
        await assert.rejects(call, finite('insertionDeletion', 'the input with \\d+ changed pixels'));
      }
    }));

  it("are refused among SmoothGrad's noisy copies, also in the last batch, and called by their input", async () => {
    const inputs = inputFor(fireNet(), 3, 2);
    const size = inputs.data.length / 2;
    for (let i = size; i < 2 * size; i++) inputs.data[i]! *= 1e32;
    await withNetwork(fireNet(), kind, async (net) => {
      assert.ok((await saliency(net, inputs, 1)).data.some((value) => value !== 0));
      const call = smoothGrad(net, inputs, 1, { noise: 1e6, samples: net.largestBatch + 1 });
      await assert.rejects(call, finite('smoothGrad', 'point \\d+ of \\d+ made of input 1 of img'));
    });
  });
});
