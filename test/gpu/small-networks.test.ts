import type { Network } from '#lib/net/network.js';
import { openNetwork } from '#lib/net/open-network.js';
import { saliency, type SaliencyMap } from '#lib/visualise/saliency.js';
import { assertSameOnBoth, type Results } from '../support/both-devices.js';
import { describeOnCuda } from '../support/devices.js';
import { smallNets } from '../support/nets.js';
import { inputFor } from '../support/networks.js';

describeOnCuda('small networks on CUDA and the CPU', () => {
  for (const [title, make] of Object.entries(smallNets)) {
    const net = make(31);

    async function everything(network: Network): Promise<Results> {
      const batch = inputFor(net, 32, 3);
      const signals: Record<string, ArrayLike<number>> = { scores: (await network.forward(batch)).data };
      for (const rule of ['gradient', 'deconvnet', 'guided'] as const)
        signals[rule] = (await network.gradient(batch, { class: 1 }, { rule })).data;
      signals['signed maps'] = (await saliency(network, batch, 2, { signed: true })).data;
      const maps = await saliency(network, inputFor(net, 33), [0, 1, 2]);
      for (const [i, { data }] of (maps as SaliencyMap[]).entries()) signals[`map of class ${i}`] = data;
      return signals;
    }

    it(`${title}: scores, the three signals of a batch, maps of several classes`, () => {
      const model = { ...net, preprocessing: null, classes: null };
      return assertSameOnBoth((device) => openNetwork('test', model, { device }), everything);
    });
  }
});
