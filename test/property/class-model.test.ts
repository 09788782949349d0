import assert from 'node:assert/strict';
import fc from 'fast-check';
import { classModel } from '#lib/visualise/class-model.js';
import { describeOnDevices } from '../support/devices.js';
import type { TestNet } from '../support/net-builder.js';
import {
  convReluPoolNet,
  fireNet,
  inceptionNet,
  linearConvolutionNet,
  miniAlexNet,
  residualNet,
} from '../support/nets.js';
import { withNetwork } from '../support/networks.js';

const preprocessing = { channelOrder: 'RGB', range: 255, mean: [110, 120, 130] } as const;
const makers: readonly ((seed: number) => TestNet)[] = [
  convReluPoolNet,
  fireNet,
  inceptionNet,
  linearConvolutionNet,
  miniAlexNet,
  residualNet,
];
const few = { numRuns: 15 };

describeOnDevices('class models', (kind) => {
  it('small plain steps never lower Eq. 1, with no penalty or one that pulls as hard as the score', () =>
    fc.assert(
      fc.asyncProperty(fc.nat({ max: 5 }), fc.integer({ min: 0, max: 1e6 }), fc.nat({ max: 2 }), (maker, seed, cls) =>
        withNetwork(
          makers[maker]!(seed),
          kind,
          async (net) => {
            const common = { schedule: 'constant', noise: 1, score: 'unclipped', seed } as const;
            const tiny = 1e-6;
            const start = await classModel(net, cls, { ...common, steps: 1, learningRate: 0, lambda: tiny });
            const slope = start.stationarity! * 2 * tiny * start.norm;
            fc.pre(slope > 0);
            const learningRate = (0.0002 * start.norm) / slope;
            for (const lambda of [0, slope / (2 * start.norm)]) {
              const { history } = await classModel(net, cls, { ...common, steps: 20, learningRate, lambda });
              for (const [i, { objective }] of history.slice(1).entries()) {
                const before = history[i]!.objective;
                assert.ok(objective >= before - 2e-5 * (1 + Math.abs(before)), `step ${i}: ${before} -> ${objective}`);
              }
              const risen = history.at(-1)!.objective - history[0]!.objective;
              const firstStep = learningRate * slope ** 2;
              // Beyond a kink of the network the slope may be another from the second step on.
              if (lambda === 0)
                assert.ok(risen > firstStep / 2, `${risen} in 20 steps, the first of about ${firstStep}`);
            }
          },
          { preprocessing },
        ),
      ),
      few,
    ));

  it('a very large lambda gives the mean image', () =>
    fc.assert(
      fc.asyncProperty(fc.nat({ max: 5 }), fc.integer({ min: 0, max: 1e6 }), (maker, seed) =>
        withNetwork(
          makers[maker]!(seed),
          kind,
          async (net) => {
            const model = await classModel(net, 0, { steps: 5, lambda: 1e6, noise: 40, seed });
            fc.pre(!model.zero);
            assert.ok(model.norm < 1e-3, `norm ${model.norm}`);
            assert.deepEqual([...model.image.data.subarray(0, 3)], [110, 120, 130]);
            assert.ok(model.pixels.data.every((level, i) => Math.abs(level - preprocessing.mean[i % 3]!) < 1e-3));
          },
          { preprocessing },
        ),
      ),
      few,
    ));
});
