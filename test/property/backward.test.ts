import fc from 'fast-check';
import type { DeviceKind } from '#lib/device/index.js';
import { assertCloseToScale, largestMagnitude } from '../support/close.js';
import { describeOnDevices, openedFor } from '../support/devices.js';
import type { TestNet } from '../support/net-builder.js';
import { floats, withPass } from '../support/passes.js';
import { randomNet } from '../support/random-net.js';
import { Random } from '../support/random.js';
import { backward, forward, type Values } from '../support/reference.js';
import { count } from '../support/reference-values.js';

const rules = ['gradient', 'deconvnet', 'guided'] as const;
const n = 2;

/** Whether no ReLU and no maximum is so near its kink that float32 could see it on the other side; zeros are exact. */
function isFirm({ graph }: TestNet, values: Values): boolean {
  return graph.nodes.every(({ op, inputs }) => {
    if (op !== 'relu' && op !== 'maxPool') return true;
    const { data } = values.get(inputs[0]!)!;
    const least = 2e-6 * largestMagnitude(data);
    if (op === 'relu') return data.every((value) => value === 0 || Math.abs(value) > least);
    const sorted = data.slice().sort();
    const gaps = sorted.subarray(1).map((value, i) => (value === 0 && sorted[i] === 0 ? Infinity : value - sorted[i]!));
    return gaps.every((gap) => gap > least);
  });
}

describeOnDevices('backward passes of any net', (kind: DeviceKind) => {
  const device = openedFor(kind);

  it('d(any value) / d(any value before it) by each rule is the reference', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const net = randomNet(seed);
        const shape = [n, ...net.graph.input.shape];
        const x = new Random(seed + 2).normals(count(shape));
        const values = forward(net.graph, net.weights, Float64Array.from(x), shape);
        fc.pre(isFirm(net, values));
        await withPass(device(), net, { n }, async (pass) => {
          pass.forward(x);
          const targets = net.graph.nodes.slice(-4).map(({ output }) => output);
          for (const target of targets) {
            const derivative = new Random(seed + 3).normals(count(values.get(target)!.shape));
            for (const rule of rules) {
              const start = { value: target, start: Float64Array.from(derivative) };
              const expected = backward(net.graph, net.weights, values, start, rule);
              for (const [to, gradient] of expected) {
                const got = await floats(pass.backward({ value: target, derivative }, rule, to));
                assertCloseToScale(got, gradient, 2e-5, `d ${target} / d ${to} by ${rule}`);
              }
            }
          }
        });
      }),
      { numRuns: 200 },
    );
  });
});
