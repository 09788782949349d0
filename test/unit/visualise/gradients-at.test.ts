import assert from 'node:assert/strict';
import { gradCam, inputTimesGradient, integratedGradients, smoothGrad } from '#lib/index.js';
import type { Network } from '#lib/net/network.js';
import type { PassRequest } from '#lib/net/pass-queue.js';
import type { Asked } from '#lib/visualise/explain-each.js';
import { gradientsAt } from '#lib/visualise/gradients-at.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { fireNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';

const fire = fireNet();

/** At how many inputs the network runs during `use`, batch by batch. */
async function inputsRun(net: Network, use: () => Promise<unknown>): Promise<number[]> {
  const sizes: number[] = [];
  const withPass = net.withPass.bind(net);
  net.withPass = (request: PassRequest, work) => {
    sizes.push(request.n);
    return withPass(request, work);
  };
  await use();
  net.withPass = withPass;
  return sizes;
}

const sum = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describeOnDevices('gradientsAt', (kind) => {
  const onFire = (use: (net: Network) => Promise<void>) => withNetwork(fire, kind, use);

  it('takes one forward pass at each point for up to eight classes, and two for nine', () =>
    onFire(async (net) => {
      const x = inputFor(fire, 3);
      const runs = async (use: (classes: number[]) => Promise<unknown>, count: number) =>
        sum(await inputsRun(net, () => use(Array.from({ length: count }, (_, i) => i % 7))));
      for (const [count, passes] of [
        [1, 1],
        [5, 1],
        [8, 1],
        [9, 2],
      ] as const) {
        // prettier-ignore
        const once = 1;
        assert.equal(await runs((classes) => gradCam(net, x, classes), count), once + passes);
        assert.equal(await runs((classes) => inputTimesGradient(net, x, classes), count), once + passes);
        assert.equal(await runs((classes) => smoothGrad(net, x, classes, { samples: 6 }), count), once + 6 * passes);
        const integrate = (classes: number[]) => integratedGradients(net, x, classes, { steps: 6 });
        assert.equal(await runs(integrate, count), once + 1 + 6 * passes);
      }
    }));

  it('has no more gradients in a batch than the largest batch has inputs', () =>
    onFire(async (net) => {
      const samples = 3 * net.largestBatch;
      const sizes = await inputsRun(net, () => smoothGrad(net, inputFor(fire, 3), [1, 2, 3, 4], { samples }));
      assert.ok(sizes.every((n) => 4 * n <= net.largestBatch));
    }));

  it('gives each map that is wanted its gradients in order, however many an input has', () =>
    onFire(async (net) => {
      const inputs = inputFor(fire, 5, 3);
      const size = inputs.data.length / 3;
      const one = (i: number) => inputs.data.subarray(i * size, (i + 1) * size);
      const classes = [[0, 1, 2, 3], [4, 5, 6, 0], [1, 2, 3, 4]]; // prettier-ignore
      const asked = { where: 'test', net, n: 3, inputs: inputs.data, classes, score: 'class' } as unknown as Asked;
      const found = new Map<string, Float32Array>();
      const order: string[] = [];
      const sampling = {
        samples: 2,
        move: (i: number, sample: number, point: Float32Array) => {
          assert.deepEqual(point, one(i));
          if (sample === 1) point.forEach((value, at) => (point[at] = value / 2));
        },
        collect: (map: number) => (sample: number, gradient: Float32Array) => {
          order.push(`${map} at ${sample}`);
          found.set(`${map} at ${sample}`, gradient.slice());
        },
      };
      const maps = [0, 5, 6, 7, 9];
      await gradientsAt({ ...asked, nameOf: String }, sampling, maps);
      for (const map of maps) {
        const [i, cls] = [Math.floor(map / 4), classes.flat()[map]!];
        assert.deepEqual(order.filter((one) => one.startsWith(`${map} `)), [`${map} at 0`, `${map} at 1`]); // prettier-ignore
        for (const sample of [0, 1]) {
          const point = one(i).map((value) => (sample === 1 ? value / 2 : value));
          const alone = await net.gradient({ ...inputFor(fire, 5), data: point }, { class: cls });
          assertCloseToScale(found.get(`${map} at ${sample}`)!, alone.data, 1e-5, `map ${map} at ${sample}`);
        }
      }
      assert.equal(found.size, 10);
    }));
});
