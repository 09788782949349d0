import assert from 'node:assert/strict';
import type { GraphNode } from '#lib/formats/graph.js';
import { array } from '#lib/ndarray.js';
import { classify } from '#lib/net/classify.js';
import type { Prediction } from '#lib/net/predictions.js';
import { reconstruct, type Reconstruction } from '#lib/visualise/reconstruct.js';
import type { ReconstructedUnit } from '#lib/visualise/reconstructed-target.js';
import { assertClose, assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { taken } from '../../support/each-image.js';
import { NetBuilder } from '../../support/net-builder.js';
import { fireNet, linearConvolutionNet, miniAlexNet } from '../../support/nets.js';
import { inputFor, referenceValues, withNetwork } from '../../support/networks.js';
import { picture } from '../../support/pictures.js';

const fire = fireNet();
const input = inputFor(fire, 3);
const values = referenceValues(fire, input);
const rules = ['gradient', 'deconvnet', 'guided'] as const;

/** x -> 1 x 1 filters of these weights, one a channel -> what comes after -> their sum, a class of its own. */
function pointNet(filters: readonly (readonly number[])[], ...after: GraphNode[]) {
  const [channels, inputs] = [filters.length, filters[0]!.length];
  const net = new NetBuilder([inputs, 1, 1], 1).conv('conv', 'x', [channels, inputs, 1, 1]);
  for (const node of after) net.node(node);
  const built = net.linear('fc', after.at(-1)!.output, [1, channels]).build();
  built.weights.get('conv.weight')!.data.set(filters.flat());
  built.weights.get('conv.bias')!.data.fill(0);
  built.weights.get('fc.weight')!.data.fill(1);
  return built;
}

const relu: GraphNode = { op: 'relu', name: 'relu', inputs: ['conv'], output: 'relu' };
const lrn: GraphNode = { op: 'lrn', name: 'lrn', inputs: ['relu'], output: 'lrn', size: 3, alpha: 3, beta: 1, k: 1 };

describeOnDevices('reconstruct', (kind) => {
  it('passes a signal through ReLUs as Sect. 4 says, by hand', async () => {
    // conv = (2, -1, 3) for x = (1, 2); the signals that arrive there are 1, 1 and -1.
    const net = pointNet([[0, 1], [1, -1], [1, 1]], relu); // prettier-ignore
    net.weights.get('fc.weight')!.data.set([1, 1, -1]);
    const expected = { gradient: [-1, 0], deconvnet: [1, 0], guided: [0, 1] };
    await withNetwork(net, kind, async (network) => {
      for (const rule of rules) {
        const x = array(Float32Array.of(1, 2), [2, 1, 1]);
        const { reconstruction } = await reconstruct(network, x, { class: 0 }, { rule });
        assert.deepEqual([...reconstruction.data], expected[rule], rule);
      }
      const { reconstruction } = await reconstruct(network, array(Float32Array.of(1, 2), [2, 1, 1]), { class: 0 });
      assert.deepEqual([...reconstruction.data], expected.deconvnet, 'DeconvNet unless told otherwise');
    });
  });

  it("passes LRN by its derivative, or by lrn: 'identity' as if it were not there", async () => {
    // One channel: y = v / (1 + v^2), dy/dv = (1 - v^2) / (1 + v^2)^2 = -3 / 25 at v = 2.
    const net = pointNet([[2]], relu, lrn);
    await withNetwork(net, kind, async (network) => {
      const x = array(Float32Array.of(1), [1, 1, 1]);
      const through = async (options: object) =>
        (await reconstruct(network, x, { class: 0 }, { rule: 'gradient', ...options })).reconstruction.data[0]!;
      assertClose([await through({})], [(2 * -3) / 25], { atol: 1e-6, rtol: 0 });
      assert.equal(await through({ lrn: 'identity' }), 2);
      assert.equal((await network.gradient(x, { class: 0 }, { lrn: 'identity' })).data[0], 2);
      const deconvnet = (lrn: 'gradient' | 'identity') => reconstruct(network, x, { class: 0 }, { lrn });
      assert.deepEqual([(await deconvnet('gradient')).zero, (await deconvnet('identity')).zero], [true, false]);
    });
  });

  it('says what it is a reconstruction from: a unit and its activation', () =>
    withNetwork(fire, kind, async (network) => {
      for (const layer of ['expand3', 'relu_expand3', 'concat', 'conv1']) {
        const { shape, data } = values.get(layer)!;
        const [, , rows, cols] = shape as [number, number, number, number];
        const unit = { layer, channel: 2, row: 3, col: 1 };
        const { target } = await reconstruct(network, input, unit);
        const { value, ...place } = target as ReconstructedUnit;
        assert.deepEqual(place, unit);
        assertClose([value], [data[(2 * rows + 3) * cols + 1]!], { atol: 1e-5, rtol: 1e-5 }, layer);
      }
    }));

  it('finds the strongest unit of a channel, and gives what it gives for that unit', () =>
    withNetwork(fire, kind, async (network) => {
      const { shape, data } = values.get('relu_squeeze')!;
      const area = shape[2]! * shape[3]!;
      for (let channel = 0; channel < shape[1]!; channel++) {
        const plane = data.slice(channel * area, (channel + 1) * area);
        const best = plane.indexOf(Math.max(...plane));
        const found = await reconstruct(network, input, { layer: 'relu_squeeze', channel });
        const { value, ...unit } = found.target as ReconstructedUnit;
        assert.deepEqual([unit.row, unit.col], [Math.floor(best / shape[3]!), best % shape[3]!]);
        assertClose([value], [plane[best]!], { atol: 1e-5, rtol: 1e-5 });
        assert.deepEqual(await reconstruct(network, input, unit), found);
      }
    }));

  it('says of a class what classify says, and of its value what score chose', () =>
    withNetwork(fire, kind, async (network) => {
      const all = await classify(network, input, { top: 7 });
      for (const score of ['class', 'posterior', 'unclipped'] as const) {
        const { target } = await reconstruct(network, input, { class: all[1]!.class }, { score });
        const { value, ...prediction } = target as Prediction & { value: number };
        assert.deepEqual(prediction, all[1]);
        const numbers = await network.forward(input, { score });
        assert.equal(value, numbers.data[all[1]!.class], score);
      }
    }));

  it('says of a contrast its classes and weights, and of a functional its value', () =>
    withNetwork(fire, kind, async (network) => {
      const scores = (await network.forward(input)).data;
      const { target } = await reconstruct(network, input, { classes: { 5: -0.5, 1: 2, 3: 0 } });
      const { classes, value } = target as Extract<typeof target, { classes: unknown }>;
      assert.deepEqual(classes.map(({ class: index, weight, score }) => [index, weight, score]), [
        [1, 2, scores[1]],
        [5, -0.5, scores[5]],
      ]); // prettier-ignore
      assertClose([value], [2 * scores[1]! - 0.5 * scores[5]!], { atol: 1e-6, rtol: 1e-6 });
      const weights = array(new Float32Array(80).fill(0.5), [4, 5, 4]);
      const ofLayer = await reconstruct(network, input, { layer: 'squeeze', weights });
      const sum = values.get('squeeze')!.data.reduce((total, activation) => total + 0.5 * activation, 0);
      const { layer, value: product } = ofLayer.target as { layer: string; value: number };
      assert.equal(layer, 'squeeze');
      assertClose([product], [sum], { atol: 1e-4, rtol: 1e-5 });
    }));

  it('says where nothing comes through, and gives zeros', async () => {
    const dead = pointNet([[-1]], relu);
    await withNetwork(dead, kind, async (network) => {
      const x = array(Float32Array.of(1), [1, 1, 1]);
      for (const rule of rules) {
        const { zero, reconstruction, target } = await reconstruct(network, x, { class: 0 }, { rule });
        assert.deepEqual([zero, [...reconstruction.data]], rule === 'deconvnet' ? [false, [-1]] : [true, [0]], rule);
        assert.equal((target as { class: number }).class, 0);
      }
    });
  });

  it('gives what net.gradient gives, by each rule, to each layer', () =>
    withNetwork(miniAlexNet(), kind, async (network) => {
      const x = inputFor(miniAlexNet(), 4);
      for (const rule of rules) {
        for (const [to, lrn] of [
          ['x', 'gradient'],
          ['relu1', 'identity'],
          ['norm1', 'gradient'],
        ] as const) {
          // prettier-ignore
          const target = { layer: 'conv2', channel: 5 };
          const { reconstruction } = await reconstruct(network, x, target, { rule, to, lrn });
          assert.deepEqual(reconstruction, await network.gradient(x, target, { rule, to, lrn }), `${rule} to ${to}`);
        }
      }
    }));

  it('gives the same by all rules where there is no ReLU', () =>
    withNetwork(linearConvolutionNet(), kind, async (network) => {
      const x = inputFor(linearConvolutionNet(), 4);
      for (const target of [{ class: 2 }, { layer: 'conv', channel: 3 }]) {
        const [first, ...others] = await Promise.all(rules.map((rule) => reconstruct(network, x, target, { rule })));
        for (const other of others) assert.deepEqual(other, first);
      }
    }));

  it('masks a guided signal by both: at one ReLU it is what gradient and DeconvNet both pass', () =>
    withNetwork(fire, kind, async (network) => {
      const [gradient, deconvnet, guided] = (await Promise.all(
        rules.map((rule) => reconstruct(network, input, { class: 3 }, { rule, to: 'expand1', score: 'unclipped' })),
      )).map(({ reconstruction }) => reconstruction.data) as [Float32Array, Float32Array, Float32Array]; // prettier-ignore
      const both = gradient.map((value, i) => (deconvnet[i] === 0 ? 0 : value));
      assert.deepEqual(guided, both);
      assert.ok(both.some((value) => value !== 0) && gradient.some((value) => value < 0));
      assert.ok(deconvnet.some((value, i) => value > 0 && gradient[i] === 0));
    }));

  it('gives of a batch, an array and an iterable what it gives of each input', () =>
    withNetwork(fire, kind, async (network) => {
      const batch = inputFor(fire, 4, 5);
      const size = batch.data.length / 5;
      const each = Array.from({ length: 5 }, (_, i) => array(batch.data.slice(i * size, (i + 1) * size), [3, 21, 19]));
      async function* stream() {
        yield* each;
      }
      const target = { layer: 'concat', channel: 7 };
      const ofArray: Reconstruction[] = await reconstruct(network, each, target);
      assert.deepEqual(await taken(reconstruct(network, stream(), target)), ofArray);
      const ofBatch: Reconstruction[] = await reconstruct<Reconstruction[]>(network, batch, target);
      assert.equal(ofBatch.length, 5);
      ofBatch.forEach((one, i) => {
        assertCloseToScale(one.reconstruction.data, ofArray[i]!.reconstruction.data, 1e-5);
        assertClose([one.target.value], [ofArray[i]!.target.value], { atol: 1e-5, rtol: 1e-5 });
        const place = (target: Reconstruction['target']) => ({ ...target, value: 0 });
        assert.deepEqual(place(one.target), place(ofArray[i]!.target));
      });
    }));

  it('takes an image, with respect to the input that it becomes', () =>
    withNetwork(
      fire,
      kind,
      async (network) => {
        const img = picture(1, 30, 40);
        const target = { layer: 'conv10', channel: 1 };
        assert.deepEqual(
          await reconstruct(network, img, target),
          await reconstruct(network, network.input(img), target),
        );
      },
      { preprocessing: { channelOrder: 'BGR', range: 255, std: [2, 3, 4] } },
    ));

  it('gives the same bits recorded and call by call', async () => {
    const run = (execution: 'replay' | 'eager') =>
      withNetwork(miniAlexNet(), kind, async (network) => {
        const found: Reconstruction[] = [];
        for (const rule of rules) {
          for (const lrn of ['gradient', 'identity'] as const) {
            const target = { layer: 'relu2', channel: 5 };
            found.push(await reconstruct(network, inputFor(miniAlexNet(), 4), target, { rule, lrn }));
          }
        }
        return found;
      }, { execution }); // prettier-ignore
    assert.deepEqual(await run('replay'), await run('eager'));
  });
});
