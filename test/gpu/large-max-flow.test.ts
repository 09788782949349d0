import assert from 'node:assert/strict';
import { describeDevices, openDevice } from '#lib/device/index.js';
import { cutGrid } from '#lib/localise/max-flow.js';
import { objectGrid, spiral } from '../support/grids.js';
import { Random } from '../support/random.js';

const cuda = (await describeDevices()).find(({ kind }) => kind === 'cuda')!;

describe(`Large minimum cuts on CUDA and the CPU${cuda.usable ? '' : ` (skipped: ${cuda.reason})`}`, function () {
  this.timeout(300_000);
  before(function () {
    if (!cuda.usable) this.skip();
  });

  for (const [what, grid] of [
    ['a photograph of 1000 x 1000 pixels', () => objectGrid(new Random(1), 1000, 1000)],
    ['a spiral whose labels need more than 16 bits', () => spiral(400, 400)],
  ] as const)
    it(`are the same for ${what}`, async () => {
      const cuts = [];
      for (const kind of ['cpu', 'cuda'] as const) {
        const device = await openDevice(kind);
        cuts.push(await cutGrid(device, grid()));
        device.dispose();
      }
      assert.equal(cuts[1]!.flow, cuts[0]!.flow);
      assert.deepEqual(cuts[1]!.foreground.data, cuts[0]!.foreground.data);
    });
});
