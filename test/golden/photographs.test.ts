import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readImage } from '#lib/image/read-image.js';
import { array, type FloatArray } from '#lib/ndarray.js';
import { classify } from '#lib/net/classify.js';
import { createNetwork } from '#lib/net/create-network.js';
import { loadNetwork } from '#lib/net/load-network.js';
import type { Network } from '#lib/net/network.js';
import type { Prediction } from '#lib/net/predictions.js';
import { goldensOf, image256 } from '../support/goldens.js';
import { loadedFor } from '../support/loaded.js';
import { describeWithDataPack, readJson } from '../support/shared.js';

describeWithDataPack('photographs of the data pack', (pack) => {
  const weights = join(pack, 'models', 'squeezenet1_1.safetensors');
  const single = loadedFor(() => createNetwork('squeezenet1_1', { weights }));

  for (const { id, array } of goldensOf(pack, 'squeezenet1_0')) {
    it(`${id}: the input made of the JPEG is within 1 grey level, in the mean, of PIL's`, async () => {
      const input = single().input(await readImage(join(pack, 'images', `${id}.JPEG`)));
      const expected = array('input').data;
      const error = input.data.reduce((sum, value, i) => sum + Math.abs(value - expected[i]!), 0) / expected.length;
      assert.ok(error <= 1, `mean error ${error}`);
    });

    it(`${id}: crop, order of channels and mean are exact where no resize is needed`, async () => {
      const input = single().input(await readImage(image256(pack, id)));
      assert.deepEqual(input.data, array('input').data);
    });
  }

  describe('300 of them', () => {
    const half = loadedFor(() => loadNetwork());
    const images = readJson<{ file: string; index: number }[]>(join(pack, 'images.json'));

    it('SqueezeNet 1.1 names 183 at once and 251 in five, in single and in half precision, give or take two', async function () {
      this.timeout(900_000);
      assert.deepEqual(half().preprocessing, single().preprocessing);
      const nets = { single: single(), half: half() };
      const found = { single: [0, 0], half: [0, 0] };
      for (let first = 0; first < images.length; first += 10) {
        const some = images.slice(first, first + 10);
        const inputs = await Promise.all(some.map(({ file }) => inputOf(single(), join(pack, 'images', file))));
        for (const name of ['single', 'half'] as const) {
          const predictions = await classify<Prediction[][]>(nets[name], stacked(inputs));
          predictions.forEach((five, i) => {
            found[name][0]! += Number(five[0]!.class === some[i]!.index);
            found[name][1]! += Number(five.some((prediction) => prediction.class === some[i]!.index));
          });
        }
      }
      for (const [name, [first, five]] of Object.entries(found)) {
        assert.ok(Math.abs(first! - 183) <= 2 && Math.abs(five! - 251) <= 2, `${name}: ${first} and ${five}`);
      }
    });
  });
});

async function inputOf(net: Network, path: string): Promise<FloatArray> {
  return net.input(await readImage(path));
}

function stacked(inputs: readonly FloatArray[]): FloatArray {
  const size = inputs[0]!.data.length;
  const all = array(new Float32Array(inputs.length * size), [inputs.length, ...inputs[0]!.shape]);
  inputs.forEach(({ data }, i) => all.data.set(data, i * size));
  return all;
}
