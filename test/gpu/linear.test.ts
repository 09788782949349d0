import assert from 'node:assert/strict';
import { openDevice, type Device, type Precision, type Tensor } from '#lib/device/index.js';
import { assertCloseToScale } from '../support/close.js';
import { describeOnCuda } from '../support/devices.js';
import { Random } from '../support/random.js';

/** [outputs, features]: odd ones, and the second and the last layer of the paper's net. */
const matrices = [
  [11, 37],
  [4096, 4096],
  [1000, 4096],
] as const;
/** Relative to the largest result: roundings of products, and sums in another order. */
const bounds: Readonly<Record<Precision, number>> = { float32: 1e-5, tf32: 2e-3, bfloat16: 1e-2 };

type Linear = readonly [outputs: number, features: number];

/** Half of them 0, as behind a ReLU. */
function rectified(count: number): Float32Array {
  return new Random(3).normals(count).map((value) => Math.max(value, 0));
}

/** Runs of one planned layer: y, dx, dx where x is above 0, and dx of one class. */
async function results(device: Device, n: number, [outputs, features]: Linear, precision: Precision, repeats = 1) {
  const random = new Random(9);
  const w = random.normals(outputs * features, 1 / Math.sqrt(features));
  const weights = await device.weights(w, [outputs, features], random.normals(outputs));
  const plan = await device.planLinear({ x: [n, features], weights, activation: 'relu', precision });
  const holding = (shape: readonly number[], values: Float32Array): Tensor<'float32'> => {
    const made = device.tensor(shape, 'float32');
    made.write(values);
    return made;
  };
  const seeds = new Float32Array(n * outputs);
  for (let image = 0; image < n; image++) seeds[image * outputs + (outputs >> 1)] = 1;
  const x = holding([n, features], rectified(n * features));
  const dy = holding([n, outputs], random.normals(n * outputs));
  const seed = holding([n, outputs], seeds);
  const [y, ...dxs] = [[n, outputs], ...Array<number[]>(3).fill([n, features])].map((shape) =>
    device.tensor(shape, 'float32'),
  );
  const all: Float32Array[][] = [];
  for (let i = 0; i < repeats; i++) {
    plan.forward(x, y!);
    plan.backwardData(dy, dxs[0]!);
    plan.backwardData(dy, dxs[1]!, x);
    plan.backwardData(seed, dxs[2]!, x);
    all.push(await Promise.all([y!, ...dxs].map((tensor) => tensor.read())));
  }
  for (const handle of [weights, plan, x, dy, seed, y!, ...dxs]) handle.dispose();
  return all;
}

describeOnCuda('linear layers on CUDA', () => {
  let devices: Device[];
  before(async () => {
    devices = [await openDevice('cpu'), await openDevice('cuda')];
  });
  after(() => devices?.forEach((device) => device.dispose()));

  for (const precision of ['float32', 'tf32', 'bfloat16'] as const)
    for (const matrix of matrices)
      for (const n of [1, 3, 4, 10])
        it(`give what the CPU gives within ${bounds[precision]}: ${precision}, x=[${n},${matrix[1]}] w=[${matrix.join()}]`, async () => {
          const run = async (device: Device) => (await results(device, n, matrix, precision))[0]!;
          const [cpu, cuda] = [await run(devices[0]!), await run(devices[1]!)];
          cuda.forEach((values, i) => assertCloseToScale(values, cpu[i]!, bounds[precision]));
        });

  for (const n of [1, 10])
    it(`give the same bits 20 times, and all their memory back: ${n} images`, async () => {
      const device = devices[1]!;
      const [first, ...others] = await results(device, n, matrices[2], 'bfloat16', 20);
      for (const other of others) assert.deepEqual(other, first);
      await device.sync();
      const { tensors, weights, workspace } = device.memory();
      assert.deepEqual({ tensors, weights, workspace }, { tensors: 0, weights: 0, workspace: 0 });
    });

  it('hide no NaN behind the ReLU, of few images and of many, in each precision', async () => {
    for (const precision of ['float32', 'tf32', 'bfloat16'] as const)
      for (const n of [1, 10]) {
        const device = devices[1]!;
        const weights = await device.weights(new Random(1).normals(64 * 32), [64, 32], null);
        const plan = await device.planLinear({ x: [n, 32], weights, activation: 'relu', precision });
        const [x, y] = [device.tensor([n, 32], 'float32'), device.tensor([n, 64], 'float32')];
        x.write(new Float32Array(n * 32).fill(1).fill(NaN, 5, 6));
        plan.forward(x, y);
        const scores = await y.read();
        assert.ok(scores.every((score, i) => Number.isNaN(score) === i < 64));
        for (const handle of [weights, plan, x, y]) handle.dispose();
      }
  });
});
