import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DeviceKind } from '#lib/device/index.js';
import { assertCloseToScale } from '../support/close.js';
import { describeOnDevices, openedFor } from '../support/devices.js';
import { isFirm } from '../support/firm.js';
import type { TestNet } from '../support/net-builder.js';
import { floats, withPass } from '../support/passes.js';
import { randomNet } from '../support/random-net.js';
import { Random } from '../support/random.js';
import { backward, forward, type ReluRule, type Values } from '../support/reference.js';
import { count } from '../support/reference-values.js';

const rules = ['gradient', 'deconvnet', 'guided'] as const;
const choices = rules.flatMap((rule) => [[rule, 'gradient'] as const, [rule, 'identity'] as const]);
const n = 2;

/** A random net, an input for it and the reference's values, none of them near a kink. */
function drawn(seed: number) {
  const net = randomNet(seed);
  const shape = [n, ...net.graph.input.shape];
  const x = new Random(seed + 2).normals(count(shape));
  const values = forward(net.graph, net.weights, Float64Array.from(x), shape);
  fc.pre(isFirm(net, values));
  return { net, x, values };
}

describeOnDevices('backward passes of any net', (kind: DeviceKind) => {
  const device = openedFor(kind);

  it('d(any value) / d(any value before it) by each rule, LRN passed or skipped, is the reference', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { net, x, values } = drawn(seed);
        await withPass(device(), net, { n }, async (pass) => {
          pass.forward(x);
          const targets = net.graph.nodes.slice(-4).map(({ output }) => output);
          for (const target of targets) {
            const derivative = new Random(seed + 3).normals(count(values.get(target)!.shape));
            for (const [rule, lrn] of choices) {
              const start = { value: target, start: Float64Array.from(derivative) };
              const expected = backward(net.graph, net.weights, values, start, rule, lrn);
              for (const [to, gradient] of expected) {
                const got = await floats(pass.backward({ value: target, derivative }, rule, to, lrn));
                assertCloseToScale(got, gradient, 2e-5, `d ${target} / d ${to} by ${rule}, LRN ${lrn}`);
              }
            }
          }
        });
      }),
      { numRuns: 200 },
    );
  });

  it('the maps of several units of each input, made by one backward pass, are the reference', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 2, max: 5 }), fc.constantFrom(...rules), async (seed, m, rule) => {
        const { net, x, values } = drawn(seed);
        const units = values.get(net.graph.output)!.data.length / n;
        const random = new Random(seed + 3);
        const classes = Int32Array.from({ length: n * m }, () => random.integer(0, units - 1));
        const expected = Array.from(classes, (unit, i) => mapOf(net, values, Math.floor(i / m), unit, rule));
        await withPass(device(), net, { n }, async (pass) => {
          pass.forward(x);
          assert.equal(await pass.prepareMaps(m), m);
          const got = await floats(pass.maps(classes, { rule, signed: false, units: 'input' }));
          const area = got.length / classes.length;
          expected.forEach((map, i) => assertCloseToScale(got.subarray(i * area, (i + 1) * area), map, 2e-5));
        });
      }),
      { numRuns: 100 },
    );
  });
});

/** The maximum over channels of |d(unit of one image's output) / dx|. */
function mapOf({ graph, weights }: TestNet, values: Values, image: number, unit: number, rule: ReluRule): Float64Array {
  const start = new Float64Array(values.get(graph.output)!.data.length);
  start[(image * start.length) / n + unit] = 1;
  const gradient = backward(graph, weights, values, { value: graph.output, start }, rule).get('x');
  const [channels, rows, cols] = graph.input.shape;
  const area = rows * cols;
  const map = new Float64Array(area);
  for (let i = 0; i < channels * area; i++) {
    map[i % area] = Math.max(map[i % area]!, Math.abs(gradient?.[image * channels * area + i] ?? 0));
  }
  return map;
}
