import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import { saliency } from '#lib/visualise/saliency.js';
import { smoothGrad } from '#lib/visualise/smooth-grad.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { expected, linear, photo, preprocessing, std } from '../../support/linear-maps.js';
import { greyNet, miniAlexNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';
import { Random } from '../../support/random.js';

const input = array(new Random(3).normals(60), [3, 5, 4]);
const perLevel = std.map((deviation) => 1 / 255 / deviation);

describeOnDevices('smoothGrad', (kind) => {
  it('of a linear net is its saliency map, its square, and no variance', () =>
    withNetwork(linear, kind, async (net) => {
      const magnitudes = expected(2);
      assertCloseToScale((await smoothGrad(net, input, 2)).data, magnitudes, 1e-6);
      assertCloseToScale(
        (await smoothGrad(net, input, 2, { signed: true })).data,
        expected(2, [1, 1, 1], 'signed'),
        1e-6,
      );
      const squares = await smoothGrad(net, input, 2, { variant: 'squares', samples: 3 });
      assertCloseToScale(
        squares.data,
        magnitudes.map((value) => value ** 2),
        1e-6,
      );
      const variance = await smoothGrad(net, input, 2, { variant: 'variance' });
      assert.ok(variance.data.every((value) => value >= 0 && value < 1e-12));
    }));

  it('of an image is per grey level, and its squares per square of that', () =>
    withNetwork(
      linear,
      kind,
      async (net) => {
        const map = await smoothGrad(net, photo(5, 8), 1, { samples: 2 });
        assertCloseToScale(map.data, expected(1, perLevel), 1e-5);
        const squares = await smoothGrad(net, photo(5, 8), 1, { samples: 2, variant: 'squares' });
        assertCloseToScale(
          squares.data,
          expected(1, perLevel).map((value) => value ** 2),
          1e-5,
        );
      },
      { preprocessing },
    ));

  it('without noise is the saliency map', () =>
    withNetwork(miniAlexNet(), kind, async (net) => {
      const x = inputFor(miniAlexNet(), 4);
      for (const signed of [false, true]) {
        const [smooth, plain] = [
          await smoothGrad(net, x, 1, { noise: 0, samples: 2, signed }),
          await saliency(net, x, 1, { signed }),
        ];
        assertCloseToScale(smooth.data, plain.data, 1e-5);
      }
    }));

  it('variance is the mean of squares less the square of the mean, with one channel', () =>
    withNetwork(greyNet(), kind, async (net) => {
      const x = inputFor(greyNet(), 4);
      const [mean, squares, variance] = await Promise.all(
        (['mean', 'squares', 'variance'] as const).map(
          async (variant) => (await smoothGrad(net, x, 1, { variant, samples: 40, noise: 0.5, seed: 3 })).data,
        ),
      );
      assert.ok(variance!.some((value) => value > 0));
      assertCloseToScale(
        variance!,
        squares!.map((value, i) => value - mean![i]! ** 2),
        1e-5,
      );
    }));

  it('is the mean of gradients at points that scatter around the input by noise times its range', async () => {
    // One convolution, ReLU and sum: a gradient says which units are on, so that far noise shows as a mean between.
    await withNetwork(greyNet(), kind, async (net) => {
      const x = inputFor(greyNet(), 4);
      const near = await smoothGrad(net, x, 1, { noise: 1e-6 });
      const plain = await saliency(net, x, 1);
      assertCloseToScale(near.data, plain.data, 1e-5);
      const [few, many] = [
        await smoothGrad(net, x, 1, { noise: 0.3, samples: 400 }),
        await smoothGrad(net, x, 1, { noise: 0.3, samples: 400, seed: 1 }),
      ];
      assertCloseToScale(few.data, many.data, 0.2, 'two seeds tell of the same mean');
      assert.ok(few.data.some((value, i) => Math.abs(value - plain.data[i]!) > 0.01));
    });
  });

  it('is the same for the same seed, and another for another', () =>
    withNetwork(miniAlexNet(), kind, async (net) => {
      const x = inputFor(miniAlexNet(), 4);
      const of = async (seed?: number) => (await smoothGrad(net, x, 1, { samples: 5, seed })).data;
      assert.deepEqual(await of(7), await of(7));
      assert.deepEqual(await of(), await of(0));
      assert.notDeepEqual(await of(7), await of(8));
    }));

  it('goes beyond the largest batch', () =>
    withNetwork(linear, kind, async (net) => {
      const map = await smoothGrad(net, input, [2, 1], { samples: 2 * net.largestBatch + 1 });
      for (const [i, cls] of [2, 1].entries()) {
        assertCloseToScale((map as { data: Float32Array }[])[i]!.data, expected(cls), 1e-6);
      }
    }));

  const refused: [options: object, message: RegExp][] = [
    [{ samples: 0 }, /^smoothGrad: samples must be an integer from 1 to 65536, got 0$/],
    [{ noise: -0.1 }, /^smoothGrad: noise must be a number from 0 to/],
    [{ noise: NaN }, /noise must be a number/],
    [{ seed: -1 }, /seed must be an integer from 0 to 4294967295/],
    [{ variant: 'vargrad' }, /variant must be one of 'mean', 'squares', 'variance'/],
    [{ variant: 'squares', signed: true }, /signed must be left out or false where variant is 'squares', got true/],
    [{ sample: 3 }, /unknown option sample; did you mean samples\?/],
  ];
  for (const [options, message] of refused) {
    it(`refuses ${JSON.stringify(options)}`, () =>
      withNetwork(linear, kind, (net) =>
        assert.rejects(smoothGrad(net, input, 2, options), { code: 'ERR_ARGUMENT', message }),
      ));
  }
});
