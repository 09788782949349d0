import assert from 'node:assert/strict';
import { describeDevices, openDevice, type Device, type Tensor } from '#lib/device/index.js';
import { Random } from '../support/random.js';

const cuda = (await describeDevices()).find(({ kind }) => kind === 'cuda')!;
const shape = [2, 21, 5, 7];
const count = 2 * 21 * 5 * 7;

type Operation = (device: Device, x: Tensor, y: Tensor) => void;
const operations: Record<string, Operation> = {
  relu: (device, x, y) => device.relu(x, y),
  add: (device, x, y) => device.add(x, y, y),
  // By a power of two: exact, whether product and sum are rounded once or twice.
  axpy: (device, x, y) => device.axpy(-0.5, x, y),
  fill: (device, _, y) => device.fill(3, y),
};
for (const rule of ['gradient', 'deconvnet', 'guided'] as const)
  operations[`reluBackward, ${rule}`] = (device, x, y) => device.reluBackward(rule, x, y, y);

describe(`CUDA and the CPU${cuda.usable ? '' : ` (skipped: ${cuda.reason})`}`, () => {
  let devices: Device[];
  before(async function () {
    if (!cuda.usable) this.skip();
    devices = [await openDevice('cpu'), await openDevice('cuda')];
  });
  after(() => devices?.forEach((device) => device.dispose()));

  /** What y holds after `run`, on each device; x and y start with values that are the same on both. */
  async function onBoth(layout: number, run: Operation): Promise<Float32Array[]> {
    return Promise.all(
      devices.map((device) => {
        const [x, y] = [device.tensor(shape, 'float32', layout), device.tensor(shape, 'float32', layout)];
        x.write(new Random(1).distinct(count));
        y.write(new Random(2).distinct(count));
        run(device, x, y);
        return y.read();
      }),
    );
  }

  for (const [name, run] of Object.entries(operations))
    it(`give the same bits, eager and replayed: ${name}, ${shape.join('x')} in blocks of 1, 8 and 16`, async () => {
      for (const layout of [1, 8, 16]) {
        const [cpu, gpu] = await onBoth(layout, run);
        assert.deepEqual(gpu, cpu);
        const replayed = await onBoth(layout, (device, x, y) => device.capture(() => run(device, x, y)).replay(2));
        assert.deepEqual(replayed[1], replayed[0]);
      }
    });

  it('account for the same memory, up to the CPU’s whole cache lines, and for none in the end', async () => {
    for (const device of devices) {
      const before = device.memory().tensors;
      const tensor = device.tensor(shape, 'float32');
      const beyond = device.memory().tensors - before - count * 4;
      assert.ok(beyond >= 0 && beyond < 64, `${beyond} bytes more than the values`);
      tensor.dispose();
      await device.sync();
      assert.equal(device.memory().tensors, before);
    }
  });
});
