import assert from 'node:assert/strict';
import { array, type FloatArray } from '#lib/ndarray.js';
import { classify } from '#lib/net/classify.js';
import type { Network } from '#lib/net/network.js';
import type { Prediction } from '#lib/net/predictions.js';
import { saliency, type SaliencyMap } from '#lib/visualise/saliency.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { expected, linear, photo, preprocessing } from '../../support/linear-maps.js';
import { withNetwork } from '../../support/networks.js';
import { Random } from '../../support/random.js';

const input = array(new Random(3).normals(60), [3, 5, 4]);

describeOnDevices('saliency of several images', (kind) => {
  const onLinear = <T>(use: (network: Network) => Promise<T>) => withNetwork(linear, kind, use);
  const onImages = <T>(use: (network: Network) => Promise<T>) => withNetwork(linear, kind, use, { preprocessing });

  it('gives a result per image of an array, and asks a function for their classes', () =>
    onLinear(async (net) => {
      const maps = await saliency(net, [input, input], (i) => i + 1);
      maps.forEach((map, i) => assertCloseToScale(map.data, expected(i + 1), 1e-6));
      const [ofImage] = (await saliency(net, [input], [2])) as SaliencyMap[][];
      assertCloseToScale(ofImage![0]!.data, expected(2), 1e-6);
    }));

  it('says of its class what classify says, of one crop and of ten, of inputs and of batches', () =>
    onImages(async (net) => {
      const img = photo(5, 8);
      for (const options of [{}, { tenCrops: true }]) {
        const all = await classify(net, img, options);
        assert.deepEqual((await saliency(net, img, undefined, options)).predictions, all.slice(0, 1));
        const maps = await saliency(net, img, [all[2]!.class, all[0]!.class], options);
        assert.deepEqual(
          maps.flatMap(({ predictions }) => predictions),
          [all[2], all[0]],
        );
      }
      const batch = array(new Random(3).normals(120), [2, 3, 5, 4]);
      const lists = await classify<Prediction[][]>(net, batch);
      const tops = lists.map(([best]) => best);
      assert.deepEqual((await saliency(net, batch)).predictions, tops);
      const maps = (await saliency(net, batch, (i) => [lists[i]![1]!.class, lists[i]![0]!.class])) as unknown;
      assert.deepEqual(
        (maps as SaliencyMap).predictions,
        lists.flatMap(([first, second]) => [second, first]),
      );
    }));

  it('gives a result per image of an async iterable, in order', () =>
    onLinear(async (net) => {
      async function* inputs() {
        for (let i = 0; i < 5; i++) yield input;
      }
      let index = 0;
      for await (const map of saliency(net, inputs(), (i) => i % 4)) {
        assertCloseToScale(map.data, expected(index++ % 4), 1e-6);
      }
      assert.equal(index, 5);
    }));

  it('asks for the classes of inputs by their index in the whole array or iterable', () =>
    onLinear(async (net) => {
      const batch = array(new Random(4).normals(120), [2, 3, 5, 4]);
      async function* read() {
        yield* [batch, input, batch];
      }
      const asked: number[] = [];
      const ask = (index: number) => (asked.push(index), 0);
      await saliency(net, [batch, input, batch], ask);
      assert.deepEqual(asked.splice(0), [0, 1, 2, 3, 4]);
      const maps = saliency(net, read(), ask);
      while (!(await maps.next()).done);
      assert.deepEqual(asked, [0, 1, 2, 3, 4]);
    }));

  it('gives [n, rows, cols] for a batch, and [n, classes, rows, cols] of several classes', () =>
    onLinear(async (net) => {
      const batch = array(new Random(3).normals(120), [2, 3, 5, 4]);
      const maps = (await saliency(net, batch, (i: number) => 3 - i)) as FloatArray;
      assert.deepEqual(maps.shape, [2, 5, 4]);
      assertCloseToScale(maps.data, [...expected(3), ...expected(2)], 1e-6);
      const several = (await saliency(net, batch, [1, 2])) as FloatArray;
      assert.deepEqual(several.shape, [2, 2, 5, 4]);
      assertCloseToScale(
        several.data,
        [1, 2, 1, 2].flatMap((cls) => expected(cls)),
        1e-6,
      );
    }));
});
