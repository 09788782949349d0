import assert from 'node:assert/strict';
import type { Activation, Device } from '#lib/device/index.js';
import { describeOnDevices, openedFor } from '../support/devices.js';
import { Random } from '../support/random.js';
import { WeightedProblem, type WeightedGeometry } from '../support/weighted-problem.js';

const geometries: Readonly<Record<string, WeightedGeometry>> = {
  'a convolution': { x: [2, 5, 7, 6], w: [9, 5, 3, 3], pad: [1, 0, 2, 1], stride: [2, 1] },
  'a convolution with dilation, in groups': { x: [2, 8, 9, 9], w: [6, 4, 3, 2], dilation: [2, 3], groups: 2 },
  'a first layer': { x: [2, 3, 17, 15], w: [16, 3, 7, 7], stride: [2, 2], pad: [3, 3, 3, 3] },
  'a linear layer': { x: [5, 40], w: [17, 40] },
};

/** y of the layer with weights w + step v and biases b + step u. */
async function outputAt(device: Device, problem: WeightedProblem, activation: Activation, step: number) {
  const random = new Random(9);
  const moved = (values: Float32Array) => values.map((value) => value + step * random.normals(1)[0]!);
  const plan = await problem.planOn(device, {
    activation,
    weight: moved(problem.weight),
    bias: moved(problem.bias!),
  });
  const y = device.tensor(plan.output, 'float32', plan.y);
  plan.forward(problem.tensors(device, plan).x, y);
  return await y.read();
}

/** <dw, v> + <db, u> of the same v and u. */
async function derivative(device: Device, problem: WeightedProblem, activation: Activation): Promise<number> {
  const plan = await problem.planOn(device, { activation });
  const { x, dy, dw, db } = problem.tensors(device, plan);
  const y = device.tensor(plan.output, 'float32', plan.y);
  plan.forward(x, y);
  if (activation === 'relu') device.reluBackward('gradient', y, dy, dy);
  plan.backwardFilter(x, dy, dw, db);
  const random = new Random(9);
  const along = (values: Float32Array) => values.reduce((sum, value) => sum + value * random.normals(1)[0]!, 0);
  return along(await dw.read()) + along(await db!.read());
}

describeOnDevices('gradients of filters and finite differences', (kind) => {
  const device = openedFor(kind);
  for (const [name, geometry] of Object.entries(geometries))
    for (const activation of ['none', 'relu'] as const)
      it(`agree: ${name}, x=[${geometry.x}] w=[${geometry.w}], activation ${activation}`, async () => {
        const problem = new WeightedProblem(geometry);
        const step = 2 ** -9;
        const above = await outputAt(device(), problem, activation, step);
        const below = await outputAt(device(), problem, activation, -step);
        // Those whose ReLU turns on or off between the two have no derivative to be compared with.
        problem.dy.forEach((_, i) => {
          if (above[i]! > 0 !== below[i]! > 0) problem.dy[i] = 0;
        });
        const difference = problem.dy.reduce((sum, dy, i) => sum + dy * (above[i]! - below[i]!), 0) / (2 * step);
        const expected = await derivative(device(), problem, activation);
        const scale = Math.hypot(...problem.dy.map((dy, i) => (dy * (above[i]! - below[i]!)) / (2 * step)));
        assert.ok(Math.abs(difference - expected) < 1e-3 * scale, `${difference}, by the formula ${expected}`);
      });
});
