import assert from 'node:assert/strict';
import { array, type FloatArray } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { assertCloseToScale } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import type { TestNet } from '../support/net-builder.js';
import { smallNets } from '../support/nets.js';
import { inputFor, referenceValues, withNetwork } from '../support/networks.js';
import { Random } from '../support/random.js';
import { backward, type ReluRule, type Values } from '../support/reference.js';
import { count } from '../support/reference-values.js';

/** float32 against float64 through a dozen layers, relative to the largest value. */
const tolerance = 1e-5;
const rules: readonly ReluRule[] = ['gradient', 'deconvnet', 'guided'];
const batch = 2;

interface Tried {
  readonly net: TestNet;
  readonly input: FloatArray;
  readonly values: Values;
  /** The input and every layer, in order. */
  readonly names: readonly string[];
}

function tried(make: (seed?: number) => TestNet): Tried {
  const net = make(3);
  const input = inputFor(net, 5, batch);
  const names = [net.graph.input.name, ...net.graph.nodes.map((node) => node.output)];
  return { net, input, values: referenceValues(net, input), names };
}

describeOnDevices('every layer of every small net, against float64', (kind) => {
  for (const [title, make] of Object.entries(smallNets)) {
    it(`${title}: activations, all at once and one by one`, async () => {
      const { net, input, values, names } = tried(make);
      await withNetwork(net, kind, async (network) => {
        const all = await network.forward(input, { layers: names });
        for (const name of names) {
          const one = await network.forward(input, { layers: [name] });
          assertCloseToScale(all[name]!.data, values.get(name)!.data, tolerance, name);
          assertCloseToScale(one[name]!.data, values.get(name)!.data, tolerance, `${name} alone`);
        }
      });
    });

    it(`${title}: d(layer) / d(layer before it) by the three rules, and a refusal where there is no way`, async () => {
      const { net, input, values, names } = tried(make);
      await withNetwork(net, kind, async (network) => {
        for (const [index, target] of names.entries()) {
          for (const to of names.slice(0, index + 1)) {
            await compare({ network, net, input, values }, target, to, rules[(index + names.indexOf(to)) % 3]!);
          }
          for (const rule of rules) await compare({ network, net, input, values }, target, net.graph.input.name, rule);
        }
      });
    });
  }
});

async function compare(
  { network, net, input, values }: Omit<Tried, 'names'> & { network: Network },
  layer: string,
  to: string,
  rule: ReluRule,
): Promise<void> {
  const shape = values.get(layer)!.shape.slice(1);
  const weights = array(new Random(layer.length).normals(count(shape)), shape);
  const start = Float64Array.from({ length: batch * count(shape) }, (_, i) => weights.data[i % count(shape)]!);
  const expected = backward(net.graph, net.weights, values, { value: layer, start }, rule).get(to);
  const got = network.gradient(input, { layer, weights }, { rule, to });
  if (expected) assertCloseToScale((await got).data, expected, tolerance, `d ${layer} / d ${to} by ${rule}`);
  else await assert.rejects(got, { code: 'ERR_ARGUMENT' }, `d ${layer} / d ${to}`);
}
