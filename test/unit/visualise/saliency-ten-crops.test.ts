import assert from 'node:assert/strict';
import { atOnce } from '#lib/steps.js';
import { array } from '#lib/ndarray.js';
import { classify } from '#lib/net/classify.js';
import type { Network } from '#lib/net/network.js';
import { preparing } from '#lib/net/prepare.js';
import { viewOf } from '#lib/net/view.js';
import { mergeCrops } from '#lib/visualise/merge-crops.js';
import { saliency } from '#lib/visualise/saliency.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { expected, linear, photo, preprocessing, std } from '../../support/linear-maps.js';
import { fireNet } from '../../support/nets.js';
import { withNetwork } from '../../support/networks.js';

describeOnDevices('saliency of ten crops', (kind) => {
  const onImages = <T>(use: (network: Network) => Promise<T>) => withNetwork(linear, kind, use, { preprocessing });
  const tenCrops = true;
  const scale = std.map((deviation) => 1 / 255 / deviation);

  /** Where the crops of 5 x 4 pixels lie in 5 x 8 pixels. */
  const lefts = [0, 4, 0, 4, 2];

  /** Every crop of a linear net has the same map, which those of mirrored crops show mirrored. */
  function mergedByHand(cls: number, divisor: (covering: number) => number, result?: 'signed'): number[] {
    const one = expected(cls, scale, result);
    return Array.from({ length: 40 }, (_, i) => {
      const [row, col] = [Math.floor(i / 8), i % 8];
      const values = lefts
        .filter((left) => col >= left && col < left + 4)
        .flatMap((left) => [one[row * 4 + col - left]!, one[row * 4 + 3 - (col - left)]!]);
      return values.reduce((sum, value) => sum + value, 0) / divisor(values.length);
    });
  }

  it('is the mean of the maps that cover a pixel, or their sum over ten', () =>
    onImages(async (net) => {
      const map = await saliency(net, photo(5, 8), 1, { tenCrops });
      assert.deepEqual([map.shape, map.seen], [[5, 8], null]);
      assertCloseToScale(
        map.data,
        mergedByHand(1, (covering) => covering),
        1e-5,
      );
      const sum = await saliency(net, photo(5, 8), 1, { tenCrops, merge: 'sum' });
      assertCloseToScale(
        sum.data,
        mergedByHand(1, () => 10),
        1e-5,
      );
    }));

  it('signed averages signed values', async () => {
    const map = await onImages((net) => saliency(net, photo(5, 8), 1, { tenCrops, signed: true }));
    const byHand = mergedByHand(1, (covering) => covering, 'signed');
    assert.ok(byHand.some((value) => value < 0));
    assertCloseToScale(map.data, byHand, 1e-5);
  });

  it("of the central square is 0 and unseen beside it, in the image's frame too", () =>
    onImages(async (net) => {
      const options = { tenCrops, region: 'square' } as const;
      const inputFrame = await saliency(net, photo(5, 8), 1, options);
      const imageFrame = await saliency(net, photo(5, 8), 1, { ...options, frame: 'image' });
      for (const map of [inputFrame, imageFrame]) {
        assert.deepEqual([...map.seen!.data.subarray(0, 8)], [0, 1, 1, 1, 1, 1, 0, 0]);
        assert.deepEqual(
          [...map.data].map((value) => (value === 0 ? 0 : 1)),
          [...map.seen!.data],
        );
      }
      assert.deepEqual(imageFrame.data, inputFrame.data);
    }));

  it('gives a map per class for several classes, each as if it were alone', () =>
    onImages(async (net) => {
      const maps = await saliency(net, photo(5, 8), [3, 0], { tenCrops });
      for (const [i, cls] of [3, 0].entries()) {
        assertCloseToScale(
          maps[i]!.data,
          mergedByHand(cls, (covering) => covering),
          1e-5,
        );
      }
    }));

  it('is of the class with the highest mean posterior where none is named', () =>
    onImages(async (net) => {
      const img = photo(5, 8);
      const [best] = await classify(net, img, { tenCrops });
      assert.deepEqual(
        (await saliency(net, img, undefined, { tenCrops })).data,
        (await saliency(net, img, best!.class, { tenCrops })).data,
      );
      const alone = await Promise.all([0, 1, 2, 3].map((cls) => saliency(net, img, cls, { tenCrops })));
      assert.equal(new Set(alone.map((map) => map.data.join())).size, 4, 'the maps of the classes differ');
    }));

  it('is made of what the ten inputs give with the same rule and score', () => {
    const choice = { channelOrder: 'RGB', range: 255, resize: { rows: 23, cols: 22 }, crop: 'centre' } as const;
    return withNetwork(
      fireNet(),
      kind,
      async (net) => {
        const img = photo(23, 22);
        const view = viewOf({ where: 'test', what: 'img' }, net.preprocessing!, [23, 22], 'rectangle');
        const inputs = array(atOnce(preparing(net.preprocessing!, img, view)), [10, 3, 21, 19]);
        for (const options of [{}, { rule: 'guided' }, { score: 'posterior' }, { signed: true }] as const) {
          const { data } = await saliency(net, inputs, 4, options);
          const each = view.crops.map((_, i) => data.subarray(i * 21 * 19, (i + 1) * 21 * 19));
          const map = await saliency(net, img, 4, { tenCrops, ...options });
          assert.deepEqual(map.data, mergeCrops(each, view, 'coverage').data);
        }
      },
      { preprocessing: choice },
    );
  });
});
