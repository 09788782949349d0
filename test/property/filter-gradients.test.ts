import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openDevice, type Device, type Pair } from '#lib/device/index.js';
import { assertCloseToScale } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import { Random } from '../support/random.js';
import { WeightedProblem, type WeightedGeometry } from '../support/weighted-problem.js';

const small = (low: number, high: number) => fc.integer({ min: low, max: high });
const pair = (low: number, high: number): fc.Arbitrary<Pair> => fc.tuple(small(low, high), small(low, high));

/** Any geometry whose windows fit, with groups of channels that fill blocks or not. */
const convolutions: fc.Arbitrary<WeightedGeometry> = fc
  .record({
    ...{ images: small(1, 5), channels: small(1, 20), filters: small(1, 35), groups: small(1, 3), size: pair(1, 14) },
    ...{ kernel: pair(1, 5), stride: pair(1, 3), dilation: pair(1, 2) },
    pad: fc.tuple(small(0, 3), small(0, 3), small(0, 3), small(0, 3)),
  })
  .filter(({ size, pad, kernel, dilation }) =>
    [0, 1].every((axis) => (kernel[axis]! - 1) * dilation[axis]! < size[axis]! + pad[axis]! + pad[axis + 2]!),
  )
  .map(({ images, channels, filters, groups, size, kernel, ...window }) => ({
    x: [images, channels * groups, ...size],
    w: [filters * groups, channels, ...kernel],
    groups,
    ...window,
  }));

const linears: fc.Arbitrary<WeightedGeometry> = fc
  .record({ n: small(1, 70), features: small(1, 80), outputs: small(1, 80) })
  .map(({ n, features, outputs }) => ({ x: [n, features], w: [outputs, features] }));

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

describeOnDevices('gradients of filters of any geometry', (kind) => {
  const devices: Device[] = [];
  before(async () => {
    for (const threads of [1, 3]) devices.push(await openDevice(kind, kind === 'cpu' ? { threads } : {}));
  });
  after(() => devices.forEach((device) => device.dispose()));

  for (const [name, geometries] of Object.entries({ convolutions, 'linear layers': linears })) {
    it(`${name}: they are the reference's, and <dw, v> = <dy, y of the filters v>`, () =>
      fc.assert(
        fc.asyncProperty(geometries, fc.nat(), fc.constantFrom(0, 1), async (geometry, seed, which) => {
          await adjoint(devices[which]!, new WeightedProblem(geometry, 'bias', seed), new Random(seed + 1));
        }),
        { numRuns: 60 },
      ));
  }
});

async function adjoint(device: Device, problem: WeightedProblem, random: Random): Promise<void> {
  const plan = await problem.planOn(device);
  const { x, dy, dw, db } = problem.tensors(device, plan);
  plan.backwardFilter(x, dy, dw, db);
  const gradient = await dw.read();
  assertCloseToScale(gradient, problem.expected.dw, 1e-5, 'dw');
  assertCloseToScale(await db!.read(), problem.expected.db, 1e-5, 'db');
  const [weight, bias] = [random.normals(problem.weight.length), new Float32Array(problem.bias!.length)];
  const forward = await problem.planOn(device, { weight, bias });
  const y = device.tensor(forward.output, 'float32', forward.y);
  forward.forward(x, y);
  const values = await y.read();
  const scale = Math.hypot(...weight.map((v, i) => v * gradient[i]!), ...values.map((v, i) => v * problem.dy[i]!));
  assert.ok(Math.abs(dot(gradient, weight) - dot(problem.dy, values)) <= 1e-5 * scale, `of ${scale}`);
  for (const handle of [x, dy, dw, db!, y, plan, forward]) handle.dispose();
}
