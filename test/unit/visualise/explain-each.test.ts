import assert from 'node:assert/strict';
import { openDevice } from '#lib/device/index.js';
import {
  classify,
  gradCam,
  inputTimesGradient,
  integratedGradients,
  occlusion,
  smoothGrad,
  toImageFrame,
  type SaliencyMap,
} from '#lib/index.js';
import { array, type FloatArray } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { openNetwork } from '#lib/net/open-network.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { NetBuilder } from '../../support/net-builder.js';
import { fireNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';
import { picture } from '../../support/pictures.js';

/** The methods that explain a class score, each with options that make it quick. */
const methods = {
  inputTimesGradient: [inputTimesGradient, {}],
  smoothGrad: [smoothGrad, { samples: 3 }],
  integratedGradients: [integratedGradients, { steps: 3 }],
  gradCam: [gradCam, { layer: 'concat' }],
  occlusion: [occlusion, { window: 8, stride: 6 }],
} as const;

type Method = (net: Network, img: unknown, cls?: unknown, options?: object) => Promise<SaliencyMap>;

const fire = fireNet();
const wide = new NetBuilder([1, 1000, 1000], 1)
  .averagePool('pool', 'x', [100, 100], { stride: [100, 100] })
  .linear('fc', 'pool', [2, 100])
  .build();
const preprocessing = { channelOrder: 'BGR', range: 255, resize: { shortSide: 24 }, crop: 'centre' } as const;

for (const [name, [given, quick]] of Object.entries(methods)) {
  const method = given as unknown as Method;
  describeOnDevices(name, (kind) => {
    const onFire = <T>(use: (net: Network) => Promise<T>) => withNetwork(fire, kind, use, { preprocessing });

    it('is of the best class where none is named, and says so', () =>
      onFire(async (net) => {
        const input = inputFor(fire, 3);
        const map = await method(net, input, undefined, quick);
        assert.deepEqual([map.shape, map.seen], [[21, 19], null]);
        assert.deepEqual([...map.predictions], await classify(net, input, { top: 1 }));
        assert.deepEqual((await method(net, input, map.predictions[0]!.class, quick)).data, map.data);
        assert.ok(map.data.some((value) => value !== 0));
      }));

    it('of several classes, of an array and of a batch gives each as if it were alone', () =>
      onFire(async (net) => {
        const batch = inputFor(fire, 3, 3);
        const size = batch.data.length / 3;
        const inputs = [0, 1, 2].map((i) => array(batch.data.slice(i * size, (i + 1) * size), [3, 21, 19]));
        const alone = await Promise.all(inputs.map((x) => [1, 4].map((cls) => method(net, x, cls, quick))).flat());
        const area = 21 * 19;
        const ofBatch = await method(net, batch, [1, 4], quick);
        assert.deepEqual(ofBatch.shape, [3, 2, 21, 19]);
        const ofArray = (await method(net, inputs, [1, 4], quick)) as unknown as SaliencyMap[][];
        for (const [i, one] of alone.entries()) {
          const map = ofArray[Math.floor(i / 2)]![i % 2]!;
          assertCloseToScale(ofBatch.data.subarray(i * area, (i + 1) * area), one.data, 1e-4, `map ${i} of the batch`);
          assertCloseToScale(map.data, one.data, 1e-4, `map ${i} of the array`);
          assert.equal(map.data.buffer.byteLength, map.data.byteLength, 'no other map in its memory');
          assert.deepEqual([ofBatch.predictions[i]!.class, map.predictions[0]!.class], [[1, 4][i % 2], [1, 4][i % 2]]);
        }
      }));

    it('of nine classes, which go back in two passes, gives each as if it were alone', () =>
      onFire(async (net) => {
        const [input, classes] = [inputFor(fire, 3), [6, 1, 4, 1, 5, 2, 0, 3, 6]];
        const maps = (await method(net, input, classes, quick)) as unknown as SaliencyMap[];
        for (const [i, cls] of classes.entries()) {
          assertCloseToScale(maps[i]!.data, (await method(net, input, cls, quick)).data, 1e-4, `map ${i}`);
        }
      }));

    it('gives the same bits each time', () =>
      onFire(async (net) => {
        const of = async () => (await method(net, inputFor(fire, 3, 2), [1, 4], quick)).data;
        assert.deepEqual(await of(), await of());
      }));

    it('of an image is in the frame of the input or of the image', () =>
      onFire(async (net) => {
        const img = picture(3, 30, 48);
        const map = await method(net, img, 1, quick);
        const onImage = await method(net, img, 1, { ...quick, frame: 'image' });
        assert.deepEqual([map.shape, onImage.shape], [[21, 19], [30, 48]]); // prettier-ignore
        const expected = toImageFrame(net, map, img);
        assert.deepEqual([onImage.data, onImage.seen!.data], [expected.data, expected.seen!.data]);
      }));

    it('takes async iterables and tells of its progress', () =>
      onFire(async (net) => {
        async function* images() {
          yield* [picture(1, 24, 24), picture(2, 24, 24)];
        }
        const done: unknown[] = [];
        const results: FloatArray[] = [];
        const options = { ...quick, onProgress: (progress: unknown) => void done.push(progress) };
        const maps = method(net, images(), (i: number) => i, options) as unknown as AsyncGenerator<SaliencyMap>;
        for await (const map of maps) results.push(map);
        assert.equal(results.length, 2);
        assert.deepEqual(done, [1, 2].map((count) => ({ done: count, total: null, stage: name }))); // prettier-ignore
      }));

    it('stops when the signal is aborted, and leaves the network usable', () =>
      onFire(async (net) => {
        const input = inputFor(fire, 3);
        const stop = new AbortController();
        const call = method(net, input, 1, { ...quick, signal: stop.signal });
        stop.abort(new Error('enough'));
        await assert.rejects(call, /^Error: enough$/);
        await assert.rejects(method(net, input, 1, { ...quick, signal: stop.signal }), /^Error: enough$/);
        assert.deepEqual((await method(net, input, 1, quick)).shape, [21, 19]);
      }));

    it('gives all memory back', async () => {
      const device = await openDevice(kind);
      const net = await openNetwork('test', { ...fire, preprocessing: null, classes: null }, { device });
      await method(net, inputFor(fire, 3, 40), [1, 2], quick);
      await net.dispose();
      await device.sync();
      assert.deepEqual({ ...device.memory(), peak: 0 }, { tensors: 0, weights: 0, workspace: 0, peak: 0 });
      device.dispose();
    });

    const refused: [what: string, img: unknown, cls: unknown, options: object, message: RegExp][] = [
      ['a class that does not exist', inputFor(fire, 3), 7, {}, /: class must be an integer from 0 to 6/],
      ["the image's frame of an input", inputFor(fire, 3), 1, { frame: 'image' }, /frame 'image' needs an image/],
      ['ten crops', inputFor(fire, 3), 1, { tenCrops: true }, /: unknown option tenCrops/],
      ['a score that does not exist', inputFor(fire, 3), 1, { score: 'logit' }, /score must be one of 'class'/],
      ['another number of classes', inputFor(fire, 3, 2), (i: number) => (i ? [1] : [1, 2]), {}, /the same number of/],
    ];
    for (const [what, img, cls, options, message] of refused) {
      it(`refuses ${what}`, () =>
        onFire((net) =>
          assert.rejects(method(net, img, cls, { ...quick, ...options }), (error: Error & { code?: string }) => {
            assert.equal(error.code, 'ERR_ARGUMENT');
            assert.match(error.message, message);
            return error.message.startsWith(`${name}: `);
          }),
        ));
    }

    it('says that there is no memory for so many maps', () =>
      withNetwork(wide, kind, (net) =>
        assert.rejects(method(net, array(new Float32Array(1e6), [1, 1000, 1000]), new Array(1e5).fill(1)), {
          code: 'ERR_MEMORY',
          message: new RegExp(`^${name}: no memory for an array of 100000000000 numbers; `),
        }),
      ));

    it('refuses what is no network, and inputs of another shape', async () => {
      await assert.rejects(method({} as Network, inputFor(fire, 3)), { message: new RegExp(`^${name}: net must be`) });
      await onFire((net) => assert.rejects(method(net, array(new Float32Array(4), [1, 2, 2])), { code: 'ERR_SHAPE' }));
    });
  });
}
