import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readImage } from '#lib/image/read-image.js';
import { classify } from '#lib/net/classify.js';
import { loadNetwork } from '#lib/net/load-network.js';
import { saliency } from '#lib/visualise/saliency.js';
import { assertCloseToScale, assertGradientClose } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import { caffeInput } from '../support/goldens.js';
import { loadedFor } from '../support/loaded.js';
import { readNpz } from '../support/npy.js';
import { fixture, readJson, repository } from '../support/shared.js';

interface Photograph {
  readonly class: number;
  readonly norms: Readonly<Record<string, number>>;
  readonly torch_float32_rel_l2: Readonly<Record<string, number>>;
}

const photographs = readJson<Record<string, Photograph>>(fixture('photographs', 'index.json'));

describeOnDevices('the network in the box', (kind) => {
  const net = loadedFor(() => loadNetwork(undefined, { device: kind }));

  for (const [name, { class: best, norms, torch_float32_rel_l2: float32Errors }] of Object.entries(photographs)) {
    const goldens = readNpz(fixture('photographs', `${name}.npz`));
    const input = caffeInput(fixture('photographs', `${name}.png`), 227);
    const file = join(repository, 'examples', 'images', `${name}.jpg`);

    it(`${name}: the input made of the JPEG is within 1 grey level, in the mean, of Pillow's`, async () => {
      const { data } = net().input(await readImage(file));
      const error = data.reduce((sum, value, i) => sum + Math.abs(value - input.data[i]!), 0) / data.length;
      assert.ok(error <= 1, `mean error ${error}`);
    });

    it(`${name}: scores are PyTorch's`, async () => {
      assertCloseToScale((await net().forward(input)).data, goldens.get('scores')!.data, 1e-5);
      assert.equal((await classify(net(), await readImage(file)))[0]!.class, best);
    });

    it(`${name}: the saliency map, DeconvNet and guided signals are PyTorch's`, async () => {
      const signals = {
        saliency: await saliency(net(), input, best),
        deconvnet: await net().gradient(input, { class: best }, { rule: 'deconvnet' }),
        guided: await net().gradient(input, { class: best }, { rule: 'guided' }),
      };
      for (const [signal, { data }] of Object.entries(signals)) {
        const float32Error = float32Errors[signal]!;
        assertGradientClose(kept(data), goldens.get(signal)!.data, { float32Error }, signal);
        const ratio = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0)) / norms[signal]!;
        assert.ok(Math.abs(ratio - 1) <= 0.01, `${signal}: ratio of norms ${ratio}`);
      }
    });
  }
});

/** Every eighth pixel, from row and column 3 on, of each plane of 227 x 227. */
function kept(data: Float32Array): Float32Array {
  return data.filter((_, i) => (i % 227) % 8 === 3 && (Math.floor(i / 227) % 227) % 8 === 3);
}
