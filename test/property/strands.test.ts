import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openDevice, type Device, type DeviceKind } from '#lib/device/index.js';
import type { Execution } from '#lib/net/sequence.js';
import { describeOnDevices } from '../support/devices.js';
import { floats, withPass } from '../support/passes.js';
import { randomNet } from '../support/random-net.js';
import { Random } from '../support/random.js';

const rules = ['gradient', 'deconvnet', 'guided'] as const;

describeOnDevices('one image per thread', (kind: DeviceKind) => {
  if (kind !== 'cpu') return it('skipped: threads are those of the CPU');
  let device: Device;
  before(async () => {
    device = await openDevice(kind, { threads: 2 });
  });
  after(() => device.dispose());

  it('gives the bits of all threads on one image: any net, batches of 2 to 6, 1 to 3 maps of each image', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.constantFrom(2, 4, 6),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(...rules),
        async (seed, n, k, rule) => {
          const net = randomNet(seed);
          const x = new Random(seed + 2).normals(n * net.graph.input.shape.reduce((a, b) => a * b));
          const run = (execution: Execution) =>
            withPass(device, net, { n, execution }, async (pass) => {
              const m = await pass.prepareMaps(k);
              pass.forward(x);
              const scores = await floats(pass.scores);
              const classes = Int32Array.from({ length: n * m }, (_, i) => (i % 3) - 1);
              return [scores, await floats(pass.maps(classes, { rule, signed: true, units: 'input' }))];
            });
          assert.deepEqual(await run('replay'), await run('eager'));
        },
      ),
      { numRuns: 100 },
    );
  });
});
