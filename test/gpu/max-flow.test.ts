import assert from 'node:assert/strict';
import { describeDevices, openDevice, type Device } from '#lib/device/index.js';
import { cutGrid } from '#lib/localise/max-flow.js';
import { costOf, objectGrid, randomGrid, spiral } from '../support/grids.js';
import { Random } from '../support/random.js';

const cuda = (await describeDevices()).find(({ kind }) => kind === 'cuda')!;
const most = 2 ** 27 - 1;

describe(`Minimum cuts on CUDA and the CPU${cuda.usable ? '' : ` (skipped: ${cuda.reason})`}`, function () {
  this.timeout(120_000);
  let devices: Device[];
  before(async function () {
    if (!cuda.usable) this.skip();
    devices = [await openDevice('cpu'), await openDevice('cuda')];
  });
  after(() => devices?.forEach((device) => device.dispose()));

  async function expectSameCut(grid: Parameters<typeof cutGrid>[1]) {
    const [cpu, gpu] = await Promise.all(devices.map((device) => cutGrid(device, grid)));
    assert.deepEqual(gpu!.foreground.data, cpu!.foreground.data);
    assert.deepEqual([gpu!.flow, cpu!.flow], [costOf(grid, gpu!.foreground.data), gpu!.flow]);
  }

  it('are the same for 100 random grids full of ties', async () => {
    const random = new Random(1);
    for (let i = 0; i < 100; i++) {
      const high = [1, 3, 12, 3000, most][i % 5]!;
      await expectSameCut(randomGrid(random, random.integer(1, 97), random.integer(1, 65), i % 2 ? 4 : 8, high));
    }
  });

  it('are the same for a photograph of 375 x 500 pixels', () => expectSameCut(objectGrid(new Random(2), 375, 500)));
  it('are the same for a spiral of 4,000 pixels', () => expectSameCut(spiral(50, 80)));
});
