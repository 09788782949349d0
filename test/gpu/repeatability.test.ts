import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readModel } from '#lib/formats/read-model.js';
import { readImage } from '#lib/image/read-image.js';
import type { Image } from '#lib/ndarray.js';
import { loadNetwork } from '#lib/net/load-network.js';
import type { Network } from '#lib/net/network.js';
import { openNetwork } from '#lib/net/open-network.js';
import { saliency } from '#lib/visualise/saliency.js';
import { describeOnCuda } from '../support/devices.js';
import { loadedFor } from '../support/loaded.js';
import { repository } from '../support/shared.js';

const photograph = join(repository, 'examples', 'images', 'trail-motorcycle.jpg');
const shipped = join(repository, 'models', 'squeezenet1_1.safetensors');

const calls: Record<string, (net: Network, img: Image) => Promise<Float32Array[]>> = {
  'scores and a layer': async (net, img) => [(await net.forward(net.input(img))).data],
  'a map': async (net, img) => [(await saliency(net, img, 665)).data],
  'the guided signal': async (net, img) => [
    (await net.gradient(net.input(img), { class: 665 }, { rule: 'guided' })).data,
  ],
  'maps of several classes': async (net, img) => (await saliency(net, img, [665, 444, 3])).map(({ data }) => data),
  'a map of ten crops': async (net, img) => [(await saliency(net, img, 665, { tenCrops: true })).data],
};

for (const precision of ['float32', 'tf32', 'bfloat16'] as const)
  describeOnCuda(`CUDA gives the same bits in ${precision}`, () => {
    const net = loadedFor(() => loadNetwork(undefined, { device: 'cuda', precision }));

    for (const [title, call] of Object.entries(calls))
      it(`20 times: ${title} of the SqueezeNet in the box`, async () => {
        const img = await readImage(photograph);
        const first = await call(net(), img);
        for (let run = 1; run < 20; run++) assert.deepEqual(await call(net(), img), first, `run ${run}`);
      }).timeout(600_000); // without a GPU, over a runtime on the host, it takes minutes

    it('eager and replayed: the calls above', async () => {
      const img = await readImage(photograph);
      const model = await readModel(shipped);
      assert.ok(model.graph);
      const eager = await openNetwork('test', { ...model, graph: model.graph }, { device: 'cuda', precision }, 'eager');
      try {
        for (const [title, call] of Object.entries(calls))
          assert.deepEqual(await call(net(), img), await call(eager, img), title);
      } finally {
        await eager.dispose();
      }
    }).timeout(600_000);
  });
