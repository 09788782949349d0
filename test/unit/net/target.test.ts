import assert from 'node:assert/strict';
import type { ReluRule } from '#lib/device/index.js';
import { array } from '#lib/ndarray.js';
import type { GradientOptions } from '#lib/net/gradient-request.js';
import type { Target } from '#lib/net/target.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import type { TestNet } from '../../support/net-builder.js';
import { fireNet, readBeforeReluNet } from '../../support/nets.js';
import { referenceValues, withNetwork } from '../../support/networks.js';
import { Random } from '../../support/random.js';
import { backward } from '../../support/reference.js';

const fire = fireNet();
const input = array(new Random(3).distinct(3 * 21 * 19), [3, 21, 19]);
const values = referenceValues(fire, input);
const rules: ReluRule[] = ['gradient', 'deconvnet', 'guided'];

/** What the reference gives for a start at `value`, with respect to `to`. */
function expected(value: string, start: Float64Array, rule: ReluRule, to = 'x', net: TestNet = fire): Float64Array {
  return backward(net.graph, net.weights, referenceValues(net, input), { value, start }, rule).get(to)!;
}

function oneHot(value: string, ...weights: [index: number, weight: number][]): Float64Array {
  const start = new Float64Array(values.get(value)!.data.length);
  for (const [index, weight] of weights) start[index] = weight;
  return start;
}

const position = (value: string, channel: number, row: number, col: number): number => {
  const [, , rows, cols] = values.get(value)!.shape as [number, number, number, number];
  return (channel * rows + row) * cols + col;
};

describeOnDevices('net.gradient', (kind) => {
  const gradient = (target: Target, options?: GradientOptions) =>
    withNetwork(fire, kind, (network) => network.gradient(input, target, options));

  for (const rule of rules) {
    it(`of a class, ${rule}`, async () => {
      const { data, shape } = await gradient({ class: 3 }, { rule });
      assert.deepEqual(shape, [3, 21, 19]);
      assertCloseToScale(data, expected('pool10', oneHot('pool10', [3, 1]), rule), 1e-5);
    });

    it(`of a unit before its ReLU, ${rule}`, async () => {
      const { data } = await gradient({ layer: 'expand3', channel: 2, row: 3, col: 1 }, { rule });
      const start = oneHot('expand3', [position('expand3', 2, 3, 1), 1]);
      assertCloseToScale(data, expected('expand3', start, rule), 1e-5);
    });

    it(`of a unit after its ReLU, whose rule acts, ${rule}`, async () => {
      const { data } = await gradient({ layer: 'relu_expand3', channel: 2, row: 3, col: 1 }, { rule });
      const start = oneHot('relu_expand3', [position('relu_expand3', 2, 3, 1), 1]);
      assertCloseToScale(data, expected('relu_expand3', start, rule), 1e-5);
    });
  }

  it('of a contrast, by index and with weights', async () => {
    const { data } = await gradient({ classes: { 1: 1, 5: -0.5 } });
    assertCloseToScale(data, expected('pool10', oneHot('pool10', [1, 1], [5, -0.5]), 'gradient'), 1e-5);
  });

  it('of a linear functional of a layer', async () => {
    const shape = values.get('concat')!.shape.slice(1);
    const weights = array(new Random(9).normals(values.get('concat')!.data.length), shape);
    const { data } = await gradient({ layer: 'concat', weights });
    assertCloseToScale(data, expected('concat', Float64Array.from(weights.data), 'gradient'), 1e-5);
  });

  it('of the strongest unit of a channel', async () => {
    const { shape, data: activation } = values.get('relu_expand1')!;
    const area = shape[2]! * shape[3]!;
    const channel = [0, 1, 2, 3, 4, 5].find((c) => Math.max(...activation.slice(c * area, (c + 1) * area)) > 0)!;
    const plane = activation.slice(channel * area, (channel + 1) * area);
    const start = oneHot('relu_expand1', [channel * area + plane.indexOf(Math.max(...plane)), 1]);
    const { data } = await gradient({ layer: 'relu_expand1', channel });
    assertCloseToScale(data, expected('relu_expand1', start, 'gradient'), 1e-5);
    const before = await gradient({ layer: 'expand1', channel });
    assert.deepEqual(before.data, data);
  });

  it('with respect to a layer, be it one whose ReLU is fused', async () => {
    for (const to of ['relu_squeeze', 'squeeze', 'pool1', 'conv10', 'relu_expand1', 'expand3']) {
      const { data, shape } = await gradient({ class: 3 }, { to });
      assert.deepEqual(shape, values.get(to)!.shape.slice(1));
      assertCloseToScale(data, expected('pool10', oneHot('pool10', [3, 1]), 'gradient', to), 1e-5, to);
    }
  });

  it('with respect to the target itself is the start', async () => {
    const { data } = await gradient({ layer: 'conv10', channel: 1, row: 0, col: 2 }, { to: 'conv10' });
    assert.deepEqual([...data], [...oneHot('conv10', [position('conv10', 1, 0, 2), 1])]);
  });

  it('of a posterior is P_c (dS_c - sum of P_j dS_j)', async () => {
    const scores = values.get('pool10')!.data;
    const powers = scores.map(Math.exp);
    const posteriors = powers.map((power) => power / powers.reduce((a, b) => a + b));
    const start = posteriors.map((p, j) => posteriors[3]! * ((j === 3 ? 1 : 0) - p));
    const { data } = await gradient({ class: 3 }, { score: 'posterior' });
    assertCloseToScale(data, expected('pool10', start, 'gradient'), 1e-5);
  });

  it("of an unclipped score passes the last ReLU unmasked, and is that of net.forward's", async () => {
    const [, , rows, cols] = values.get('conv10')!.shape as [number, number, number, number];
    const start = new Float64Array(7 * rows * cols).fill(1 / (rows * cols), 4 * rows * cols, 5 * rows * cols);
    const { data } = await gradient({ class: 4 }, { score: 'unclipped' });
    assertCloseToScale(data, expected('conv10', start, 'gradient'), 1e-5);
  });

  it('of the unclipped score is that of the class where no ReLU follows the last weights', async () => {
    const net = readBeforeReluNet();
    const x = array(new Random(3).distinct(84), [2, 6, 7]);
    await withNetwork(net, kind, async (network) => {
      const [a, b] = await Promise.all([
        network.gradient(x, { class: 1 }),
        network.gradient(x, { class: 1 }, { score: 'unclipped' }),
      ]);
      assert.deepEqual(a.data, b.data);
    });
  });

  it('of a batch is that of each input, the strongest unit found in each', () =>
    withNetwork(fire, kind, async (network) => {
      const batch = array(new Random(4).distinct(3 * 3 * 21 * 19), [3, 3, 21, 19]);
      for (const target of [{ class: 1 }, { layer: 'expand3', channel: 4 }]) {
        const all = await network.gradient(batch, target);
        for (let i = 0; i < 3; i++) {
          const one = array(batch.data.slice(i * 1197, (i + 1) * 1197), [3, 21, 19]);
          assertCloseToScale(
            all.data.subarray(i * 1197, (i + 1) * 1197),
            (await network.gradient(one, target)).data,
            1e-5,
          );
        }
      }
    }));
});
