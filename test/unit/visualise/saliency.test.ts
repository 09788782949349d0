import assert from 'node:assert/strict';
import { array, type FloatArray } from '#lib/ndarray.js';
import { openDevice } from '#lib/device/index.js';
import type { Network } from '#lib/net/network.js';
import { openNetwork } from '#lib/net/open-network.js';
import { completePreprocessing } from '#lib/net/preprocessing.js';
import { saliency, type SaliencyMap } from '#lib/visualise/saliency.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { expected, linear, photo, preprocessing, std } from '../../support/linear-maps.js';
import { fireNet, greyNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';
import { Random } from '../../support/random.js';

const input = array(new Random(3).normals(60), [3, 5, 4]);

describeOnDevices('saliency', (kind) => {
  const onLinear = <T>(use: (network: Network) => Promise<T>) => withNetwork(linear, kind, use);
  const onImages = <T>(use: (network: Network) => Promise<T>) => withNetwork(linear, kind, use, { preprocessing });

  it('of a linear net is the channel maximum of |w_c| (Eq. 2)', async () => {
    const map = await onLinear((net) => saliency(net, input, 2));
    assert.deepEqual([map.shape, map.seen], [[5, 4], null]);
    assertCloseToScale(map.data, expected(2), 1e-6);
  });

  it('signed keeps the sign of the largest', async () => {
    const map = await onLinear((net) => saliency(net, input, 2, { signed: true }));
    assertCloseToScale(map.data, expected(2, [1, 1, 1], 'signed'), 1e-6);
    assert.ok(map.data.some((value) => value < 0));
  });

  it('is of the highest-scoring class where none is named', () =>
    onLinear(async (net) => {
      const scores = await net.forward(input);
      const top = scores.data.indexOf(Math.max(...scores.data));
      assert.deepEqual((await saliency(net, input)).data, (await saliency(net, input, top)).data);
    }));

  it('of an image is per grey level: divided by what the preprocessing multiplied with', async () => {
    const map = await onImages((net) => saliency(net, photo(5, 8), 1));
    assertCloseToScale(
      map.data,
      expected(
        1,
        std.map((deviation) => 1 / 255 / deviation),
      ),
      1e-5,
    );
  });

  it('of the same pixels as an input is per unit of that input', () =>
    onImages(async (net) => {
      const map = await saliency(net, net.input(photo(5, 8)), 1);
      assertCloseToScale(map.data, expected(1), 1e-6);
    }));

  it("of an image can be drawn in the image's frame, 0 where the net did not look", async () => {
    const map = await onImages((net) => saliency(net, photo(5, 8), 1, { frame: 'image' }));
    const whole = expected(
      1,
      std.map((deviation) => 1 / 255 / deviation),
    );
    const framed = Array.from({ length: 40 }, (_, i) =>
      i % 8 >= 2 && i % 8 < 6 ? whole[Math.floor(i / 8) * 4 + (i % 8) - 2]! : 0,
    );
    assert.deepEqual(map.shape, [5, 8]);
    assertCloseToScale(map.data, framed, 1e-5);
    assert.deepEqual(
      [...map.seen!.data],
      framed.map((value) => (value > 0 ? 1 : 0)),
    );
  });

  it("is resampled to the image's size in its frame", async () => {
    const map = await onImages((net) => saliency(net, photo(20, 32), 1, { frame: 'image' }));
    assert.deepEqual(map.shape, [20, 32]);
    assert.equal(
      map.seen!.data.reduce((sum, seen) => sum + seen, 0),
      20 * 16,
    );
  });

  it('gives a map per class for several classes, each as if it were alone', () =>
    onLinear(async (net) => {
      const maps = (await saliency(net, input, [3, 1, 3])) as SaliencyMap[];
      for (const [i, cls] of [3, 1, 3].entries()) assertCloseToScale(maps[i]!.data, expected(cls), 1e-6);
    }));

  it('gives the maps of many classes in their order, of an image, of ten crops and of a batch', async () => {
    const choice = { channelOrder: 'RGB', range: 255, resize: { rows: 23, cols: 22 }, crop: 'centre' } as const;
    await withNetwork(
      fireNet(),
      kind,
      async (net) => {
        const classes = Array.from({ length: 19 }, (_, i) => (i * 3) % 7);
        for (const options of [{}, { tenCrops: true }, { frame: 'image' }] as const) {
          const maps = await saliency(net, photo(23, 22), classes, options);
          for (const [i, cls] of classes.entries()) {
            const alone = await saliency(net, photo(23, 22), cls, options);
            assertCloseToScale(maps[i]!.data, alone.data, 1e-5, `class ${cls}`);
            assert.equal(maps[i]!.data.buffer.byteLength, maps[i]!.data.byteLength, 'no other map in its buffer');
          }
        }
        const batch = array(new Random(3).normals(2 * 3 * 21 * 19), [2, 3, 21, 19]);
        const part = (data: Float32Array, i: number) => data.subarray(i * 21 * 19, (i + 1) * 21 * 19);
        const maps = (await saliency(net, batch, classes)) as unknown as FloatArray;
        assert.deepEqual(maps.shape, [2, 19, 21, 19]);
        for (const [j, cls] of classes.entries()) {
          const alone = await saliency(net, batch, cls);
          for (const i of [0, 1]) {
            const [map, expected] = [part(maps.data, i * 19 + j), part(alone.data, i)];
            assertCloseToScale(map, expected, 1e-5, `class ${cls} of input ${i}`);
          }
        }
      },
      { preprocessing: choice },
    );
  });

  it('takes no more of the device for a hundred classes than for eight, for 64 inputs than for 32', async () => {
    const device = await openDevice(kind);
    const net = await openNetwork('test', { ...fireNet(), preprocessing: null, classes: null }, { device });
    const image = inputFor(fireNet(), 3);
    const after = async (count: number) => {
      await saliency(net, image, new Array(count).fill(4));
      await device.sync();
      return device.memory();
    };
    const eight = await after(8);
    assert.deepEqual(await after(96), eight);
    await saliency(net, inputFor(fireNet(), 3, 32), 1);
    const ofMany = device.memory();
    await saliency(net, inputFor(fireNet(), 3, 64), 1);
    assert.deepEqual(device.memory(), ofMany);
    await net.dispose();
    await device.sync();
    assert.deepEqual({ ...device.memory(), peak: 0 }, { tensors: 0, weights: 0, workspace: 0, peak: 0 });
    device.dispose();
  });

  it('aborted while it waits for its turn computes nothing, and the next call works', () =>
    onLinear(async (net) => {
      const controller = new AbortController();
      let finish = () => {};
      const finished = new Promise<void>((resolve) => (finish = resolve));
      const occupied = net.withPass({ n: 1, score: 'class', inputs: input.data.slice() }, () => finished);
      const aborted = saliency(net, input, 1, { signal: controller.signal });
      const next = saliency(net, input, 2);
      controller.abort(new Error('enough'));
      await assert.rejects(aborted, /enough/);
      finish();
      await occupied;
      assertCloseToScale((await next).data, expected(2), 1e-6);
    }));

  it('of a grey net and a grey image is |dS/dI|, per grey level', async () => {
    const net = greyNet();
    const grey = completePreprocessing(
      'test',
      { channelOrder: 'grey', range: 1, resize: { rows: 9, cols: 7 } },
      [1, 9, 7],
    );
    const img = array(photo(9, 7).data.slice(0, 63), [9, 7, 1]);
    await withNetwork(
      net,
      kind,
      async (network) => {
        const gradient = await network.gradient(network.input(img), { class: 1 });
        const map = await saliency(network, img, 1);
        assertCloseToScale(
          map.data,
          gradient.data.map((value) => Math.abs(value) / 255),
          1e-6,
        );
      },
      { preprocessing: grey },
    );
  });

  it('follows the rule and the score that are asked for', () =>
    withNetwork(fireNet(), kind, async (net) => {
      const x = array(new Random(3).distinct(1197), [3, 21, 19]);
      for (const options of [
        { rule: 'deconvnet' },
        { rule: 'guided' },
        { score: 'posterior' },
        { score: 'unclipped' },
      ] as const) {
        const { data } = await net.gradient(x, { class: 4 }, options);
        const area = 21 * 19;
        const maxima = Array.from({ length: area }, (_, i) =>
          Math.max(...[0, 1, 2].map((c) => Math.abs(data[c * area + i]!))),
        );
        assert.deepEqual([...(await saliency(net, x, 4, options)).data], maxima);
      }
    }));
});
