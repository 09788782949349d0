import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import { Random as Drawn } from '#lib/random.js';
import { saliency } from '#lib/visualise/saliency.js';
import { smoothGrad } from '#lib/visualise/smooth-grad.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { expected, linear, photo, preprocessing, std } from '../../support/linear-maps.js';
import { NetBuilder } from '../../support/net-builder.js';
import { miniAlexNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';
import { Random } from '../../support/random.js';

const input = array(new Random(3).normals(60), [3, 5, 4]);
const perLevel = std.map((deviation) => 1 / 255 / deviation);

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

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

  it("is what a unit's gradient is on average where inputs scatter by noise times their range", async () => {
    // S = a ReLU(u), u = w x + b: the gradient is a w where u > 0, which of the noisy copies it is with the probability
    // p = Phi(u / (sigma |w|)); noise that is half or twice as much would make p 0.09 or 0.37.
    const [a, w, p, z] = [3, [0.5, -1, 2, 1, 0.25, -0.5], 0.25, -0.67449];
    const [x, noise, range] = [[-1, 2, 0, 1, 3, 0.5], 0.3, 4];
    const net = new NetBuilder([1, 2, 3], 1).linear('fc', 'x', [1, 6]).relu('relu', 'fc').linear('out', 'relu', [2, 1]);
    const { graph, weights } = net.build();
    weights.get('fc.weight')!.data.set(w);
    weights.get('fc.bias')!.data.set([z * noise * range * Math.hypot(...w) - dot(w, x)]);
    weights.get('out.weight')!.data.set([0, a]);
    const expected = {
      mean: w.map((one) => Math.abs(a * one) * p),
      squares: w.map((one) => (a * one) ** 2 * p),
      variance: w.map((one) => (a * one) ** 2 * p * (1 - p)),
    };
    await withNetwork({ graph, weights }, kind, async (network) => {
      for (const variant of ['mean', 'squares', 'variance'] as const) {
        const input = array(Float32Array.from(x), [1, 2, 3]);
        const map = await smoothGrad(network, input, 1, { variant, noise, samples: 4096 });
        // The share of 4096 copies whose unit is on has a standard deviation of 0.007, 3 % of p.
        assertCloseToScale(map.data, expected[variant], 0.09, variant);
      }
    });
  });

  it('draws its noise once for all classes of an input, and none for noise 0', () =>
    withNetwork(miniAlexNet(), kind, async (net) => {
      const x = inputFor(miniAlexNet(), 4);
      const drawn = async (options: object) => {
        const { normal } = Drawn.prototype;
        let count = 0;
        Drawn.prototype.normal = function () {
          count++;
          return normal.call(this);
        };
        try {
          await smoothGrad(net, x, [1, 0, 2], { samples: 2, ...options });
        } finally {
          Drawn.prototype.normal = normal;
        }
        return count / x.data.length;
      };
      assert.equal(await drawn({}), 2);
      assert.equal(await drawn({ noise: 0 }), 0);
    }));

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
