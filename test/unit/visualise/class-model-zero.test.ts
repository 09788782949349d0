import assert from 'node:assert/strict';
import type { Network } from '#lib/net/network.js';
import { classModel, type ClassModelOptions } from '#lib/visualise/class-model.js';
import { describeOnDevices } from '../../support/devices.js';
import { NetBuilder } from '../../support/net-builder.js';
import { withNetwork } from '../../support/networks.js';

/** Class 0 depends on a convolution, class 1 on one whose ReLU lets nothing through. */
function halfDead() {
  const net = new NetBuilder([3, 4, 4], 1)
    .conv('live', 'x', [2, 3, 3, 3])
    .relu('relu_live', 'live')
    .conv('dead', 'x', [2, 3, 3, 3])
    .relu('relu_dead', 'dead')
    .simple('concat', 'both', 'relu_live', 'relu_dead')
    .linear('fc', 'both', [2, 16])
    .build();
  net.weights.get('live.bias')!.data.fill(1e4);
  net.weights.get('dead.bias')!.data.fill(-1e4);
  const fc = net.weights.get('fc.weight')!.data;
  fc.fill(0, 8, 16);
  fc.fill(0, 16, 24);
  return net;
}

const preprocessing = { channelOrder: 'RGB', range: 255 } as const;

describeOnDevices('classModel where the first gradient is 0', (kind) => {
  const onHalfDead = <T>(use: (net: Network) => Promise<T>) => withNetwork(halfDead(), kind, use, { preprocessing });
  const few: ClassModelOptions = { steps: 4, learningRate: 1, schedule: 'constant' };

  it('goes nowhere, and says so', () =>
    onHalfDead(async (net) => {
      const model = await classModel(net, 1, { steps: 50 });
      assert.equal(model.zero, true);
      assert.equal(model.norm, 0);
      assert.equal(model.stationarity, null);
      assert.deepEqual(new Set(model.pixels.data), new Set([0]));
      assert.deepEqual(
        model.history.map(({ step }) => step),
        [0],
      );
    }));

  const pushes: Readonly<Record<string, ClassModelOptions>> = {
    'the penalty': { lambda: 1e-2 },
    "Adam's penalty": { lambda: 1e-2, optimiser: 'adam' },
    'total variation': { totalVariation: 1 },
    'decay, jitter and blur': { decay: 0.5, jitter: 2, blur: { every: 1, sigma: [1, 1] } },
  };
  for (const [name, push] of Object.entries(pushes)) {
    it(`stays at its random start whatever ${name} would do, alone and beside one that moves`, () =>
      onHalfDead(async (net) => {
        const options = { ...few, ...push, noise: 10, seed: 3 };
        const start = await classModel(net, 1, { ...few, noise: 10, seed: 3 });
        const alone = await classModel(net, 1, options);
        const [moving, beside] = await classModel(net, [0, 1], { ...options, snapshots: 2 });
        for (const one of [alone, beside!]) {
          assert.equal(one.zero, true);
          assert.deepEqual(one.pixels.data, start.pixels.data);
          assert.equal(one.norm, start.norm);
          assert.deepEqual(
            one.history.map(({ step }) => step),
            [0],
          );
        }
        assert.equal(beside!.snapshots.length, 0);
        assert.equal(moving!.zero, false);
        assert.equal(moving!.history.length, 5);
        assert.notDeepEqual(moving!.pixels.data, start.pixels.data);
      }));
  }
});
