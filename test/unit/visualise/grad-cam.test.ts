import assert from 'node:assert/strict';
import { resizeFloat } from '#lib/image/resize.js';
import { array } from '#lib/ndarray.js';
import { gradCam } from '#lib/visualise/grad-cam.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { linearNet, fireNet, linearConvolutionNet, miniAlexNet } from '../../support/nets.js';
import { NetBuilder } from '../../support/net-builder.js';
import { inputFor, referenceValues, withNetwork } from '../../support/networks.js';

describeOnDevices('gradCam', (kind) => {
  it('by hand: two channels of 2 x 2, weighted by the mean of their gradients', async () => {
    // 1 x 1 filters: A_0 = x, A_1 = -x + 1; scores: class 0 reads (1, 2, 3, 2) of A_0 and -1 everywhere of A_1.
    const net = new NetBuilder([1, 2, 2], 1).conv('conv', 'x', [2, 1, 1, 1]).linear('fc', 'conv', [1, 8]).build();
    net.weights.get('conv.weight')!.data.set([1, -1]);
    net.weights.get('conv.bias')!.data.set([0, 1]);
    net.weights.get('fc.weight')!.data.set([1, 2, 3, 2, -1, -1, -1, -1]);
    // w = (2, -1), so that M = ReLU(2 x - (1 - x)) = ReLU(3 x - 1)
    await withNetwork(net, kind, async (network) => {
      const map = await gradCam(network, array(Float32Array.of(1, 2, -1, 0.5), [1, 2, 2]), 0);
      assert.deepEqual([...map.data], [2, 5, 0, 0.5]);
      assert.equal(map.predictions[0]!.class, 0);
    });
  });

  it('is resampled onto the input', async () => {
    const net = linearConvolutionNet();
    const input = inputFor(net, 3);
    const pool = referenceValues(net, input).get('pool')!.data;
    const weights = net.weights.get('fc.weight')!.data.subarray(2 * 60, 3 * 60);
    const sums = Array.from({ length: 12 }, (_, p) => {
      let sum = 0;
      for (let k = 0; k < 5; k++) {
        const mean = weights.subarray(k * 12, (k + 1) * 12).reduce((sum, value) => sum + value, 0) / 12;
        sum += mean * pool[k * 12 + p]!;
      }
      return Math.max(sum, 0);
    });
    await withNetwork(net, kind, async (network) => {
      for (const options of [{}, { layer: 'pool' }]) {
        const map = await gradCam(network, input, 2, options);
        assert.deepEqual(map.shape, [8, 6]);
        assertCloseToScale(map.data, resizeFloat(array(Float32Array.from(sums), [4, 3]), [8, 6]).data, 1e-5);
      }
    });
  });

  it("of a net that ends in a mean of a channel per class is that class's channel, before its ReLU if unclipped", async () => {
    const input = inputFor(fireNet(), 3);
    const values = referenceValues(fireNet(), input);
    await withNetwork(fireNet(), kind, async (network) => {
      for (const [score, layer] of [
        ['class', 'relu10'],
        ['unclipped', 'conv10'],
      ] as const) {
        const map = await gradCam(network, input, undefined, { score });
        const { shape, data } = values.get(layer)!;
        const [, , rows, cols] = shape as [number, number, number, number];
        const cls = map.predictions[0]!.class;
        const channel = data.slice(cls * rows * cols, (cls + 1) * rows * cols);
        const expected = Float32Array.from(channel, (value) => Math.max(value, 0) / (rows * cols));
        assertCloseToScale(map.data, resizeFloat(array(expected, [rows, cols]), [21, 19]).data, 1e-5, score);
      }
    });
  });

  it('takes any layer by name, before its ReLU too', () =>
    withNetwork(miniAlexNet(), kind, async (network) => {
      const input = inputFor(miniAlexNet(), 3);
      for (const layer of ['conv1', 'relu2', 'pool1', 'x']) {
        const map = await gradCam(network, input, 1, { layer });
        const [activation, gradient] = [
          layer === 'x' ? input : (await network.forward(input, { layers: [layer] }))[layer]!,
          await network.gradient(input, { class: 1 }, { to: layer }),
        ];
        const [channels, rows, cols] = activation.shape as [number, number, number];
        const sums = new Float32Array(rows * cols);
        for (let k = 0; k < channels; k++) {
          const of = (data: Float32Array) => data.subarray(k * rows * cols, (k + 1) * rows * cols);
          const weight = of(gradient.data).reduce((sum, value) => sum + value, 0) / (rows * cols);
          of(activation.data).forEach((value, p) => (sums[p]! += weight * value));
        }
        const rectified = array(
          sums.map((value) => Math.max(value, 0)),
          [rows, cols],
        );
        assertCloseToScale(map.data, resizeFloat(rectified, [35, 31]).data, 1e-4, layer);
      }
    }));

  it('refuses layers that do not exist, have no rows and columns, or are not there', async () => {
    await withNetwork(miniAlexNet(), kind, async (network) => {
      const input = inputFor(miniAlexNet(), 3);
      const refused = (layer: string, message: RegExp) =>
        assert.rejects(gradCam(network, input, 1, { layer }), { code: 'ERR_ARGUMENT', message });
      await refused('pol2', /^gradCam: layer must be one of the network's, got "pol2"; did you mean pool2/);
      await refused(
        'fc6',
        /^gradCam: layer must be one of \[channels, rows, cols\], got "fc6"; its values are \[16\]$/,
      );
    });
    await withNetwork(fireNet(), kind, (network) =>
      assert.rejects(gradCam(network, inputFor(fireNet(), 3), 1, { layer: 'relu10', score: 'unclipped' }), {
        code: 'ERR_ARGUMENT',
        message: 'gradCam: the target must depend on "relu10", but the score does not; name a layer before it',
      }),
    );
    await withNetwork(linearNet(), kind, (network) =>
      assert.rejects(gradCam(network, inputFor(linearNet(), 3)), {
        code: 'ERR_ARGUMENT',
        message:
          /^gradCam: layer must be named, since no layer before the scores has rows and columns; "x" is the input/,
      }),
    );
  });
});
