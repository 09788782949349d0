import assert from 'node:assert/strict';
import { describeDevices, openDevice, type Device, type Tensor, type WeightedPlan } from '#lib/device/index.js';
import { Random } from '../support/random.js';
import { assertCloseToScale } from '../support/close.js';

const cuda = (await describeDevices()).find(({ kind }) => kind === 'cuda')!;
const size = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

type Planner = (device: Device) => Promise<WeightedPlan>;

interface Convolution {
  readonly w: readonly number[];
  readonly pad?: readonly [number, number, number, number];
  readonly stride?: number;
  readonly dilation?: number;
  readonly groups?: number;
}

const x = [4, 8, 13, 12];
const convolutions: Record<string, Convolution> = {
  'even padding': { w: [6, 8, 3, 3], pad: [1, 1, 1, 1] },
  'padding after the image alone': { w: [6, 8, 5, 4], pad: [0, 0, 3, 2], stride: 2 },
  'padding before the image alone': { w: [6, 8, 3, 3], pad: [2, 1, 0, 0] },
  'padding that no output sees': { w: [6, 8, 3, 3], pad: [0, 0, 1, 1], stride: 3 },
  dilation: { w: [6, 8, 3, 3], pad: [2, 2, 2, 2], dilation: 2 },
  groups: { w: [8, 2, 3, 3], pad: [1, 1, 1, 1], groups: 4 },
  '1 x 1': { w: [6, 8, 1, 1] },
};

describe(`Layers with weights on CUDA and the CPU${cuda.usable ? '' : ` (skipped: ${cuda.reason})`}`, () => {
  let devices: Device[];
  before(async function () {
    if (!cuda.usable) this.skip();
    devices = [await openDevice('cpu'), await openDevice('cuda')];
  });
  after(() => devices?.forEach((device) => device.dispose()));

  /** y, dx, and dx by a mask of half as many images, of one device; eager, and once more replayed. */
  async function results(device: Device, from: readonly number[], planner: Planner): Promise<Float32Array[]> {
    const plan = await planner(device);
    const tensor = (shape: readonly number[], layout: number, seed: number): Tensor<'float32'> => {
      const made = device.tensor([...shape], 'float32', layout);
      made.write(new Random(seed).normals(size(shape)));
      return made;
    };
    const [input, y] = [tensor(from, plan.x, 1), tensor(plan.output, plan.y, 2)];
    const [dy, dx] = [tensor(plan.output, plan.y, 3), tensor(from, plan.x, 4)];
    const masked = tensor(from, plan.x, 5);
    const mask = tensor([from[0]! / 2, ...from.slice(1)], plan.x, 6);
    const run = () => {
      plan.forward(input, y);
      plan.backwardData(dy, dx);
      plan.backwardData(dy, masked, mask);
    };
    run();
    const eager = await Promise.all([y.read(), dx.read(), masked.read()]);
    device.capture(run).replay(2);
    assert.deepEqual(await Promise.all([y.read(), dx.read(), masked.read()]), eager);
    return eager;
  }

  async function agree(from: readonly number[], planner: Planner): Promise<void> {
    const [cpu, gpu] = [await results(devices[0]!, from, planner), await results(devices[1]!, from, planner)];
    gpu.forEach((values, i) => assertCloseToScale(values, Float64Array.from(cpu[i]!), 1e-5));
  }

  for (const activation of ['none', 'relu'] as const)
    for (const bias of [true, false]) {
      const variant = `activation ${activation}, ${bias ? 'bias' : 'no bias'}`;
      for (const [name, { w, pad = [0, 0, 0, 0] as const, stride = 1, dilation = 1, groups = 1 }] of Object.entries(
        convolutions,
      ))
        it(`give the same, eager and replayed: convolution with ${name}, ${variant}`, () =>
          agree(x, async (device) => {
            const random = new Random(7);
            const weights = await device.weights(random.normals(size(w)), [...w], bias ? random.normals(w[0]!) : null);
            const pairs = { stride: [stride, stride], dilation: [dilation, dilation] } as const;
            return device.planConv2d({ x, weights, ...pairs, pad, groups, activation });
          }));
      it(`give the same, eager and replayed: linear layer, ${variant}`, () =>
        agree([4, 37], async (device) => {
          const random = new Random(8);
          const weights = await device.weights(random.normals(11 * 37), [11, 37], bias ? random.normals(11) : null);
          return device.planLinear({ x: [4, 37], weights, activation });
        }));
    }

  it('refuse new values on CUDA, and go on with the old ones', async () => {
    const device = devices[1]!;
    const weights = await device.weights(new Float32Array([2]), [1, 1], null);
    const one = device.tensor([1, 1], 'float32');
    one.write(new Float32Array([1]));
    assert.throws(() => weights.update(one, null), { code: 'ERR_UNSUPPORTED' });
    const y = device.tensor([1, 1], 'float32');
    (await device.planLinear({ x: [1, 1], weights, activation: 'none' })).forward(one, y);
    assert.deepEqual(await y.read(), new Float32Array([2]));
  });
});
