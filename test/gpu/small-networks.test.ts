import assert from 'node:assert/strict';
import type { Network } from '#lib/net/network.js';
import { openNetwork, type NetworkOptions } from '#lib/net/open-network.js';
import type { Execution } from '#lib/net/sequence.js';
import { saliency, type SaliencyMap } from '#lib/visualise/saliency.js';
import { assertSameOnBoth, type Results } from '../support/both-devices.js';
import { assertCloseToScale, largestMagnitude, likeness } from '../support/close.js';
import { describeOnCuda } from '../support/devices.js';
import type { TestNet } from '../support/net-builder.js';
import { smallNets } from '../support/nets.js';
import { inputFor } from '../support/networks.js';

/** Beside the CPU's float32, relative to the largest score. */
const scoreBounds = { tf32: 5e-3, bfloat16: 3e-2 } as const;
/** The least cosine of gradients and maps: one ReLU that rounding flips turns a map of the smallest nets by 0.98. */
const leastCosine = 0.95;

async function everything(net: TestNet, network: Network): Promise<Results> {
  const batch = inputFor(net, 32, 3);
  const signals: Record<string, ArrayLike<number>> = { scores: (await network.forward(batch)).data };
  for (const rule of ['gradient', 'deconvnet', 'guided'] as const)
    signals[rule] = (await network.gradient(batch, { class: 1 }, { rule })).data;
  signals['signed maps'] = (await saliency(network, batch, 2, { signed: true })).data;
  const maps = await saliency(network, inputFor(net, 33), [0, 1, 2]);
  for (const [i, { data }] of (maps as SaliencyMap[]).entries()) signals[`map of class ${i}`] = data;
  return signals;
}

describeOnCuda('small networks on CUDA and the CPU', () => {
  for (const [title, make] of Object.entries(smallNets)) {
    const net = make(31);
    const model = { ...net, preprocessing: null, classes: null };

    /** What each of so many runs gave in one network. */
    async function runs(count: number, options: NetworkOptions, execution: Execution = 'replay'): Promise<Results[]> {
      const network = await openNetwork('test', model, options, execution);
      try {
        const all: Results[] = [];
        for (let run = 0; run < count; run++) all.push(await everything(net, network));
        return all;
      } finally {
        await network.dispose();
      }
    }

    it(`${title}: scores, the three signals of a batch, maps of several classes`, () =>
      assertSameOnBoth(
        (device) => openNetwork('test', model, { device }),
        (network) => everything(net, network),
      ));

    for (const precision of ['tf32', 'bfloat16'] as const)
      it(`${title}: like float32 in ${precision}, with the same bits again and eager`, async () => {
        const [expected] = await runs(1, { device: 'cpu' });
        const [actual, again] = await runs(2, { device: 'cuda', precision });
        assert.deepEqual(again, actual);
        assert.deepEqual(await runs(1, { device: 'cuda', precision }, 'eager'), [actual]);
        assertCloseToScale(actual!['scores']!, expected!['scores']!, scoreBounds[precision], 'scores');
        for (const [name, values] of Object.entries(expected!)) {
          const both = [actual![name]!, values] as const;
          const seen = likeness(...both).cosine;
          if (both.every((each) => largestMagnitude(each) === 0)) continue; // a dead ReLU
          assert.ok(seen >= leastCosine, `${name}: cosine ${seen}, at least ${leastCosine}`);
        }
      });
  }
});
