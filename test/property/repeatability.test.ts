import assert from 'node:assert/strict';
import { openDevice, type DeviceKind } from '#lib/device/index.js';
import { array, type FloatArray } from '#lib/ndarray.js';
import { classify } from '#lib/net/classify.js';
import type { Network } from '#lib/net/network.js';
import type { Prediction } from '#lib/net/predictions.js';
import { saliency, type SaliencyMap } from '#lib/visualise/saliency.js';
import { assertGradientClose } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import type { TestNet } from '../support/net-builder.js';
import { fireNet, inceptionNet, miniAlexNet, smallNets } from '../support/nets.js';
import { inputFor, withNetwork } from '../support/networks.js';
import { floats, withPass } from '../support/passes.js';

const rules = ['gradient', 'deconvnet', 'guided'] as const;

/** Scores and the three signals of one class. */
async function everything(network: Network, input: FloatArray): Promise<Float32Array[]> {
  const signals = rules.map((rule) => network.gradient(input, { class: 1 }, { rule }));
  return [await network.forward(input), ...(await Promise.all(signals))].map(({ data }) => data);
}

function image(batch: FloatArray, index: number): FloatArray {
  const [, ...shape] = batch.shape;
  const size = shape.reduce((a, b) => a * b);
  return array(batch.data.slice(index * size, (index + 1) * size), shape);
}

describeOnDevices('the same input gives the same bits', (kind: DeviceKind) => {
  for (const [title, make] of Object.entries(smallNets)) {
    it(`${title}: replay and eager, a second run, a network opened anew`, async () => {
      const net = make(21);
      const input = inputFor(net, 22, 3);
      const eager = await withNetwork(net, kind, (network) => everything(network, input), { execution: 'eager' });
      await withNetwork(net, kind, async (network) => {
        assert.deepEqual(await everything(network, input), eager, 'replay');
        assert.deepEqual(await everything(network, input), eager, 'again');
      });
      const anew = await withNetwork(net, kind, (network) => everything(network, input));
      assert.deepEqual(anew, eager, 'opened anew');
    });
  }

  it('other batch sizes, layers, scores and inputs in between leave no trace', async () => {
    const net = fireNet(21);
    const input = inputFor(net, 22);
    await withNetwork(net, kind, async (network) => {
      const before = await everything(network, input);
      for (const n of [2, 5, 1, 3, 7, 4]) {
        const other = inputFor(net, 30 + n, n);
        await network.forward(other, { layers: ['conv1', 'concat'] });
        await network.gradient(other, { layer: 'expand3', channel: 1 }, { rule: 'guided', to: 'relu1' });
        await network.gradient(other, { class: 3 }, { score: 'posterior' });
        await network.gradient(other, { class: 3 }, { score: 'unclipped' });
      }
      assert.deepEqual(await everything(network, input), before);
    });
  });

  it('calls that do not wait for each other give what they give alone', async () => {
    const net = inceptionNet(21);
    await withNetwork(net, kind, async (network) => {
      const inputs = Array.from({ length: 8 }, (_, i) => inputFor(net, 50 + i, 1 + (i % 3)));
      const alone = [];
      for (const input of inputs) alone.push((await saliency(network, input, 2)).data);
      const together = await Promise.all(inputs.map((input) => saliency(network, input, 2)));
      assert.deepEqual(
        together.map(({ data }) => data),
        alone,
      );
    });
  });

  it('a recording replayed on new inputs is what the calls give', async () => {
    const net = miniAlexNet(21);
    const device = await openDevice(kind);
    try {
      const results = await Promise.all(
        (['eager', 'replay'] as const).map((execution) =>
          withPass(device, net, { n: 2, execution }, async (pass) => {
            const read = [];
            for (const seed of [1, 2, 3]) {
              pass.forward(inputFor(net, seed, 2).data);
              read.push(
                await floats(pass.scores),
                await floats(pass.backward({ classes: Int32Array.of(seed, -1) }, 'gradient', 'x')),
              );
            }
            return read;
          }),
        ),
      );
      assert.deepEqual(results[1], results[0]);
    } finally {
      device.dispose();
    }
  });
});

describeOnDevices('a batch of n is n singles', (kind: DeviceKind) => {
  for (const [title, make] of Object.entries(smallNets) as [string, (seed?: number) => TestNet][]) {
    it(`${title}: scores, the three signals and maps`, async () => {
      const net = make(25);
      const batch = inputFor(net, 26, 4);
      await withNetwork(net, kind, async (network) => {
        const whole = await everything(network, batch);
        const maps = await saliency(network, batch, 1);
        for (let i = 0; i < 4; i++) {
          const alone = await everything(network, image(batch, i));
          alone.forEach((single, which) => {
            const part = whole[which]!.subarray(i * single.length, (i + 1) * single.length);
            assertGradientClose(part, single, {}, `image ${i}, ${['scores', ...rules][which]}`);
          });
          const map = await saliency(network, image(batch, i), 1);
          assertGradientClose(image(maps, i).data, map.data, {}, `image ${i}, map`);
        }
      });
    });
  }

  it('a batch that is too large to run at once', async () => {
    const net = fireNet(25);
    await withNetwork(net, kind, async (network) => {
      assert.equal(network.largestBatch, 32);
      const batch = inputFor(net, 26, 35);
      const whole = await everything(network, batch);
      const maps = (await saliency(network, batch, (index) => [index % 7, 3])) as unknown as FloatArray;
      const lists = await classify<Prediction[][]>(network, batch);
      assert.deepEqual([maps.shape, lists.length], [[35, 2, 21, 19], 35]);
      for (const i of [0, 17, 18, 34]) {
        const one = image(batch, i);
        (await everything(network, one)).forEach((single, which) => {
          const part = whole[which]!.subarray(i * single.length, (i + 1) * single.length);
          assertGradientClose(part, single, {}, `image ${i}, ${['scores', ...rules][which]}`);
        });
        const [first, second] = (await saliency(network, one, [i % 7, 3])) as SaliencyMap[];
        assertGradientClose(image(maps, i).data, [...first!.data, ...second!.data], {}, `image ${i}, maps`);
        assert.deepEqual(
          lists[i]!.map((prediction) => prediction.class),
          (await classify(network, one)).map((prediction) => prediction.class),
        );
      }
    });
  });

  it('each image of a batch may have a class of its own, and its top class by default', async () => {
    const net = fireNet(25);
    const batch = inputFor(net, 26, 3);
    await withNetwork(net, kind, async (network) => {
      const chosen = await saliency(network, batch, (index) => [5, 0, 2][index]!);
      const top = await saliency(network, batch);
      for (let i = 0; i < 3; i++) {
        const one = image(batch, i);
        assertGradientClose(image(chosen, i).data, (await saliency(network, one, [5, 0, 2][i])).data);
        const scores = (await network.forward(one)).data;
        const best = scores.indexOf(Math.max(...scores));
        assertGradientClose(image(top, i).data, (await saliency(network, one, best)).data);
      }
    });
  });
});
