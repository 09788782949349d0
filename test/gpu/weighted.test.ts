import assert from 'node:assert/strict';
import {
  describeDevices,
  openDevice,
  type Activation,
  type Device,
  type Layout,
  type Shape,
  type Tensor,
} from '#lib/device/index.js';
import { assertCloseToScale } from '../support/close.js';
import { Random } from '../support/random.js';
import { count } from '../support/reference-values.js';
import { WeightedProblem, type WeightedGeometry } from '../support/weighted-problem.js';

const cuda = (await describeDevices()).find(({ kind }) => kind === 'cuda')!;

const x = [4, 8, 13, 12];
const layers: Readonly<Record<string, WeightedGeometry>> = {
  'convolution with even padding': { x, w: [6, 8, 3, 3], pad: [1, 1, 1, 1] },
  'convolution with padding after the image alone': { x, w: [6, 8, 5, 4], pad: [0, 0, 3, 2], stride: [2, 2] },
  'convolution with padding before the image alone': { x, w: [6, 8, 3, 3], pad: [2, 1, 0, 0] },
  'convolution with padding that no output sees': { x, w: [6, 8, 3, 3], pad: [0, 0, 1, 1], stride: [3, 3] },
  'convolution with dilation': { x, w: [6, 8, 3, 3], pad: [2, 2, 2, 2], dilation: [2, 2] },
  'convolution with groups': { x, w: [8, 2, 3, 3], pad: [1, 1, 1, 1], groups: 4 },
  'convolution with 1 x 1': { x, w: [6, 8, 1, 1] },
  'linear layer': { x: [4, 37], w: [11, 37] },
};

describe(`Layers with weights on CUDA and the CPU${cuda.usable ? '' : ` (skipped: ${cuda.reason})`}`, () => {
  let devices: Device[];
  before(async function () {
    if (!cuda.usable) this.skip();
    devices = [await openDevice('cpu'), await openDevice('cuda')];
  });
  after(() => devices?.forEach((device) => device.dispose()));

  function random(device: Device, shape: Shape, layout: Layout, seed: number): Tensor<'float32'> {
    const made = device.tensor(shape, 'float32', layout);
    made.write(new Random(seed).normals(count(shape)));
    return made;
  }

  /** y, dx, dx by a mask of half as many images, dw and db, of one device; eager, and once more replayed. */
  async function results(device: Device, problem: WeightedProblem, activation: Activation): Promise<Float32Array[]> {
    const plan = await problem.planOn(device, { activation });
    const { x, dy, dw, db } = problem.tensors(device, plan);
    const [n, ...sides] = problem.geometry.x as [number, ...number[]];
    const y = random(device, plan.output, plan.y, 2);
    const [dx, masked] = [random(device, x.shape, plan.x, 3), random(device, x.shape, plan.x, 4)];
    const mask = random(device, [n / 2, ...sides], plan.x, 5);
    const run = () => {
      plan.forward(x, y);
      plan.backwardData(dy, dx);
      plan.backwardData(dy, masked, mask);
      plan.backwardFilter(x, dy, dw, db);
    };
    const written = [y, dx, masked, dw, ...(db ? [db] : [])];
    const read = () => Promise.all(written.map((tensor) => tensor.read()));
    run();
    const eager = await read();
    device.capture(run).replay(2);
    assert.deepEqual(await read(), eager);
    return eager;
  }

  for (const activation of ['none', 'relu'] as const)
    for (const bias of ['bias', 'no bias'] as const)
      for (const [name, geometry] of Object.entries(layers))
        it(`give the same, eager and replayed: ${name}, activation ${activation}, ${bias}`, async () => {
          const problem = new WeightedProblem(geometry, bias, 7);
          const [cpu, gpu] = await Promise.all(devices.map((device) => results(device, problem, activation)));
          gpu!.forEach((values, i) => assertCloseToScale(values, Float64Array.from(cpu![i]!), 1e-5));
        });

  for (const [name, geometry] of Object.entries(layers))
    it(`give the same after an update, eager and replayed, and refuse the same value: ${name}`, async () => {
      const updated = await Promise.all(devices.map((device) => updates(device, new WeightedProblem(geometry))));
      const [cpu, gpu] = updated as [(typeof updated)[0], (typeof updated)[0]];
      gpu.outputs.forEach((values, i) => assertCloseToScale(values, Float64Array.from(cpu.outputs[i]!), 1e-5));
      assert.equal(gpu.refusal, cpu.refusal);
    });

  /** What a layer makes of its x with its own weights halved, then doubled in replays; and what a NaN among them says. */
  async function updates(device: Device, problem: WeightedProblem) {
    const { plan, weights } = await problem.layerOn(device);
    const { x, dw, db } = problem.tensors(device, plan);
    const y = device.tensor(plan.output, 'float32', plan.y);
    const outputs: Float32Array[] = [];
    const forward = async () => {
      plan.forward(x, y);
      outputs.push(await y.read());
    };
    dw.write(problem.weight.map((value) => value / 2));
    db!.write(problem.bias!.map((value) => value / 2));
    weights.update(dw, db);
    await forward();
    const recording = device.capture(() => weights.update(dw, null));
    dw.write(problem.weight.map((value) => value * 2));
    recording.replay(2);
    await forward();
    dw.write(problem.weight.map((value, i) => (i % 5 === 3 ? NaN : value)));
    recording.replay();
    const refusal = await y.read().catch((reason: Error) => reason.message);
    await forward();
    return { outputs, refusal };
  }
});
