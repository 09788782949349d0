import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readImage } from '#lib/image/read-image.js';
import { classify } from '#lib/net/classify.js';
import { createNetwork } from '#lib/net/create-network.js';
import { loadNetwork } from '#lib/net/load-network.js';
import type { Network } from '#lib/net/network.js';
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

  describe('of which SqueezeNet 1.1 names 183 of 300 at once, and 251 in five', () => {
    const half = loadedFor(() => loadNetwork());
    it('in single and in half precision, give or take two', async function () {
      this.timeout(300_000);
      const images = readJson<{ file: string; index: number }[]>(join(pack, 'images.json'));
      const found = { single: [0, 0], half: [0, 0] };
      for (const { file, index } of images) {
        const img = await readImage(join(pack, 'images', file));
        for (const [name, net] of [['single', single()] as const, ['half', half()] as const]) {
          const [first, five] = await hits(net, img, index);
          found[name] = [found[name][0]! + first, found[name][1]! + five];
        }
      }
      for (const [name, [first, five]] of Object.entries(found)) {
        assert.ok(Math.abs(first! - 183) <= 2, `${name}: top-1 ${first}`);
        assert.ok(Math.abs(five! - 251) <= 2, `${name}: top-5 ${five}`);
      }
    });
  });
});

async function hits(net: Network, img: Parameters<typeof classify>[1], index: number): Promise<[number, number]> {
  const classes = (await classify(net, img, { top: 5 })).map((prediction) => prediction.class);
  return [Number(classes[0] === index), Number(classes.includes(index))];
}
