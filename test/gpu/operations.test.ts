import assert from 'node:assert/strict';
import { describeDevices, openDevice, type Device, type Tensor } from '#lib/device/index.js';
import { Random } from '../support/random.js';

const cuda = (await describeDevices()).find(({ kind }) => kind === 'cuda')!;
const [x4, pooled4, rows2] = [[2, 21, 5, 7] as const, [2, 21, 3, 4] as const, [4, 21] as const];
const pool = { kernel: [3, 3], stride: [2, 2], pad: [1, 1, 1, 1], output: [3, 4] } as const;

/** Runs operations on new tensors and gives those that it wrote; `seed` makes the same values on each device. */
type Operation = (device: Device, layout: number) => Promise<Tensor[]>;

function filled(device: Device, shape: readonly number[], layout = 1, seed = 1): Tensor<'float32'> {
  const tensor = device.tensor(shape, 'float32', layout);
  tensor.write(new Random(seed).distinct(shape.reduce((product, size) => product * size, 1)));
  return tensor;
}

/** The same numbers for each of two images. */
function twice(device: Device, numbers: readonly number[]): Tensor<'float32'> {
  const tensor = device.tensor([2, numbers.length], 'float32');
  tensor.write(Float32Array.from([...numbers, ...numbers]));
  return tensor;
}

/** Sums have the same order on both: the same bits. */
const exact: Record<string, Operation> = {
  async 'max pooling and unpooling, two gradients for each image'(device, layout) {
    const plan = await device.planMaxPool({ x: x4, layout, ...pool });
    const switches = device.tensor(pooled4, 'int32', layout);
    const [y, dx] = [filled(device, pooled4, layout), filled(device, [4, 21, 5, 7], layout)];
    plan.forward(filled(device, x4, layout), y, switches);
    plan.unpool(filled(device, [4, 21, 3, 4], layout), switches, dx);
    return [y, dx];
  },
  async 'average pooling and its backward'(device, layout) {
    const plan = await device.planAveragePool({ x: x4, layout, ...pool, divisor: 'padded' });
    const [y, dx] = [filled(device, pooled4, layout), filled(device, x4, layout)];
    plan.forward(filled(device, x4, layout), y);
    plan.backward(filled(device, pooled4, layout), dx);
    return [y, dx];
  },
  async 'concat and split, of 13 and 8 channels'(device, layout) {
    const [y, ...parts] = [21, 13, 8].map((channels) => filled(device, [2, channels, 5, 7], layout, channels));
    device.concat(parts, y!);
    const dxs = [8, 13].map((channels) => filled(device, [2, channels, 5, 7], layout));
    device.split(y!, dxs);
    return [y!, ...dxs];
  },
  async 'reorder, to another layout and flattened'(device, layout) {
    const [blocked, flat] = [filled(device, x4, 21), filled(device, [2, 21 * 35])];
    device.reorder(filled(device, x4, layout), blocked);
    device.reorder(blocked, flat);
    return [blocked, flat];
  },
  async 'seeds, two for each row, of given classes and of the best'(device) {
    const [classes, dy] = [device.tensor([8], 'int32'), filled(device, [8, 21])];
    classes.write(Int32Array.of(-1, 3, 20, -1, -1, -1, 0, 1));
    device.seed(filled(device, rows2), classes, dy);
    return [dy];
  },
  async 'maxAbsOverChannels, with and without a scale'(device, layout) {
    const [x, scale] = [filled(device, x4, layout), filled(device, [21])];
    const [signed, magnitude] = [filled(device, [2, 5, 7]), filled(device, [2, 5, 7])];
    device.maxAbsOverChannels(x, scale, signed, 'signed');
    device.maxAbsOverChannels(x, null, magnitude, 'magnitude');
    return [signed, magnitude];
  },
  async 'dot, and blend by powers of two'(device, layout) {
    const [x, y, products] = [filled(device, x4, layout), filled(device, x4, layout, 2), device.tensor([2], 'float32')];
    device.dot(x, y, products);
    device.blend(twice(device, [0.5, -2]), x, y);
    return [products, y];
  },
  async 'clamp, and channels that change places'(device, layout) {
    const y = filled(device, [2, 3, 5, 7], layout);
    const [matrix, low, high] = [device.tensor([3, 3], 'float32'), device.tensor([3], 'float32'), filled(device, [3])];
    matrix.write(Float32Array.of(0, 1, 0, 0, 0, 2, 1, 0, 0));
    device.mixChannels(matrix, y, y);
    device.clamp(low, high, y);
    return [y];
  },
  async 'shift, by offsets of any sign'(device, layout) {
    const [offsets, y] = [device.tensor([2, 2], 'int32'), filled(device, x4, layout)];
    offsets.write(Int32Array.of(-3, 2, 100, -7));
    device.shift(filled(device, x4, layout, 2), offsets, y);
    return [y];
  },
};

/** A product and a sum are rounded once on one and twice on the other, and functions differ in the last bits. */
const close: Record<string, Operation> = {
  async 'LRN and its backward, two gradients for each image'(device, layout) {
    const plan = await device.planLrn({ x: x4, layout, size: 5, alpha: 0.5, beta: 0.75, k: 2 });
    const [x, y, dx] = [filled(device, x4, layout), filled(device, x4, layout), filled(device, [4, 21, 5, 7], layout)];
    plan.forward(x, y);
    plan.backward(x, filled(device, [4, 21, 5, 7], layout, 2), dx);
    return [y, dx];
  },
  async 'scaleShift, in place'(device, layout) {
    const y = filled(device, x4, layout);
    device.scaleShift(y, filled(device, [21], 1, 2), filled(device, [21], 1, 3), y);
    return [y];
  },
  async 'soft-max and its backward, two gradients for each row'(device) {
    const [y, dx] = [filled(device, rows2), filled(device, [8, 21])];
    device.softmax(filled(device, rows2), y);
    device.softmaxBackward(y, filled(device, [8, 21], 1, 2), dx);
    return [y, dx];
  },
  async 'a step of Adam'(device, layout) {
    const [g, m, y] = [1, 2, 3].map((seed) => filled(device, x4, layout, seed));
    const v = device.tensor(x4, 'float32', layout);
    device.adam(twice(device, [0.9, 0.99, 0.5, 1e-3, 10, 100]), g!, m!, v, y!);
    return [m!, v, y!];
  },
  async 'addNormalised, and mixed channels'(device, layout) {
    const [x, y, squares] = [filled(device, x4, layout), filled(device, x4, layout, 2), device.tensor([2], 'float32')];
    device.dot(x, x, squares);
    device.addNormalised(0.3, squares, x, y);
    const picture = filled(device, [2, 3, 5, 7], layout);
    device.mixChannels(filled(device, [3, 3], 1, 2), picture, picture);
    return [y, picture];
  },
  async 'blurs along both axes, and the gradient of total variation'(device, layout) {
    const [x, rows, cols, slopes] = [1, 2, 3, 4].map((seed) => filled(device, x4, layout, seed));
    device.blur(x!, filled(device, [5]), 'rows', rows!);
    device.blur(rows!, filled(device, [21], 1, 2), 'cols', cols!);
    device.totalVariation(x!, 0.25, slopes!);
    return [rows!, cols!, slopes!];
  },
};

describe(`Operations on CUDA and the CPU${cuda.usable ? '' : ` (skipped: ${cuda.reason})`}`, () => {
  let devices: Device[];
  before(async function () {
    if (!cuda.usable) this.skip();
    devices = [await openDevice('cpu'), await openDevice('cuda')];
  });
  after(() => devices?.forEach((device) => device.dispose()));

  async function onBoth(layout: number, operation: Operation): Promise<Float32Array[][]> {
    return Promise.all(
      devices.map(async (device) => {
        const written = await operation(device, layout);
        return Promise.all(written.map(async (tensor) => (await tensor.read()) as Float32Array));
      }),
    );
  }

  for (const layout of [1, 8, 16]) {
    for (const [name, operation] of Object.entries(exact))
      it(`give the same bits: ${name}, blocks of ${layout}`, async () => {
        const [cpu, gpu] = await onBoth(layout, operation);
        assert.deepEqual(gpu, cpu);
      });

    for (const [name, operation] of Object.entries(close))
      it(`agree within 1e-5: ${name}, blocks of ${layout}`, async () => {
        const [cpu, gpu] = await onBoth(layout, operation);
        cpu!.forEach((values, i) => {
          assert.ok(values.every((value, j) => Math.abs(value - gpu![i]![j]!) <= 1e-5 * Math.max(Math.abs(value), 1)));
        });
      });
  }
});
