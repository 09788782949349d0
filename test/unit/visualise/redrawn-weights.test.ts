import assert from 'node:assert/strict';
import { createNetwork } from '#lib/net/create-network.js';
import { weightSets, type WeightSet } from '#lib/net/weight-sets.js';
import { atOnce } from '#lib/steps.js';
import { redrawnWeights, type Redraw } from '#lib/visualise/redrawn-weights.js';
import { miniAlexNet, repeatedNet, residualNet } from '../../support/nets.js';
import type { TestNet } from '../../support/net-builder.js';

const sorted = (values: Float32Array) => values.slice().sort();

/** What the set of that node gets. */
function drawn({ graph, weights }: TestNet, node: string, redraw: Redraw, seed = 3): Map<string, Float32Array> {
  const sets = weightSets(graph);
  const place = sets.findIndex((set) => set.some(({ name }) => name === node));
  return atOnce(redrawnWeights(weights, sets[place]!, place, { redraw, seed }));
}

describe('redrawnWeights', () => {
  const net = miniAlexNet();

  it("'initial' is uniform with a variance of 2 / fan-in, and 0 for biases", () => {
    const found = drawn(net, 'fc6', 'initial'); // [16, 90]
    assert.deepEqual([...found.keys()], ['fc6.weight', 'fc6.bias']);
    const [weight, bias] = [found.get('fc6.weight')!, found.get('fc6.bias')!];
    assert.ok(bias.every((value) => value === 0) && bias.length === 16);
    const bound = Math.sqrt(6 / 90);
    assert.ok(weight.every((value) => Math.abs(value) <= bound));
    const variance = weight.reduce((sum, value) => sum + value * value, 0) / weight.length;
    assert.ok(Math.abs(variance / (2 / 90) - 1) < 0.1, `${variance}`);
  });

  it("'permuted' keeps the numbers of weights and of biases, in another order", () => {
    const found = drawn(net, 'conv2', 'permuted');
    for (const [name, values] of found) {
      const { data } = net.weights.get(name)!;
      assert.notDeepEqual(values, data);
      assert.deepEqual(sorted(values), sorted(data));
    }
  });

  it('permutes scales and shifts in any case, since these have no beginning', () => {
    const residual = residualNet();
    const found = drawn(residual, 'norm', 'initial');
    assert.deepEqual(sorted(found.get('norm.scale')!), sorted(residual.weights.get('norm.scale')!.data));
    assert.deepEqual(found, drawn(residual, 'norm', 'permuted'));
  });

  it('follows from the seed, and leaves the weights as they are', () => {
    const before = [...net.weights].map(([name, { data }]) => [name, data.slice()] as const);
    for (const redraw of ['initial', 'permuted'] as const) {
      assert.deepEqual(drawn(net, 'conv1', redraw), drawn(net, 'conv1', redraw));
      assert.notDeepEqual(drawn(net, 'conv1', redraw, 4), drawn(net, 'conv1', redraw));
    }
    for (const [name, data] of before) assert.deepEqual(net.weights.get(name)!.data, data);
  });

  it('draws what nodes share once', () => {
    assert.deepEqual([...drawn(repeatedNet('shared'), 'conv2', 'initial').keys()], ['step.weight', 'step.bias']);
  });

  it('does not give a network of createNetwork its own weights for the seed it was made with', async () => {
    const made = await createNetwork('squeezenet1_1', { device: 'cpu', seed: 3, classes: 2, inputShape: [3, 35, 35] });
    const { graph, weights } = made.model;
    const [top] = weightSets(graph) as [WeightSet];
    const found = atOnce(redrawnWeights(weights, top, 0, { redraw: 'initial', seed: 3 }));
    const { data } = weights.get(top[0].weight)!;
    const same = found.get(top[0].weight)!.filter((value, i) => value === data[i]).length;
    assert.equal(same, 0);
    await made.dispose();
  });
});
