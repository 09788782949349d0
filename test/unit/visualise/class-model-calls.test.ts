import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { classModel, type ClassModel } from '#lib/visualise/class-model.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { fireNet, greyNet, inceptionNet } from '../../support/nets.js';
import { withNetwork } from '../../support/networks.js';
import type { TestNet } from '../../support/net-builder.js';

describeOnDevices('classModel beside other calls', (kind) => {
  const on = <T>(net: TestNet, use: (net: Network) => Promise<T>) =>
    withNetwork(net, kind, use, {
      preprocessing: { channelOrder: net.graph.input.shape[0] === 1 ? 'grey' : 'RGB', range: 255 },
    });
  const grey = () => array(new Float32Array(63).fill(20), [1, 9, 7]);

  it('lets onProgress use the network', () =>
    on(greyNet(), async (net) => {
      const seen: number[] = [];
      const onProgress = async ({ done }: { done: number }) => {
        await net.forward(grey());
        seen.push(done);
      };
      await classModel(net, 1, { steps: 3, noise: 20, onProgress });
      assert.deepEqual(seen, [1, 2, 3]);
    }));

  it('tells of steps that are finished, each once', () =>
    on(greyNet(), async (net) => {
      const told: [number, number | null][] = [];
      const onProgress = ({ done, total }: { done: number; total: number | null }) => void told.push([done, total]);
      for (const steps of [1, 2, 5]) {
        told.length = 0;
        await classModel(net, [1, 2], { steps, noise: 20, onProgress });
        assert.deepEqual(told, Array.from({ length: steps }, (_, i) => [i + 1, steps])); // prettier-ignore
      }
    }));

  it('lets other calls have their turns, with their own activations', () =>
    on(greyNet(), async (net) => {
      const options = { steps: 30, noise: 20, learningRate: 10 };
      const alone = await classModel(net, 1, options);
      const expected = await net.forward(grey());
      let finished = false;
      const models = classModel(net, 1, options).finally(() => (finished = true));
      const others = [await net.forward(grey()), await net.forward(grey())];
      assert.equal(finished, false, 'the forward passes waited for the models');
      for (const other of others) assert.deepEqual(other.data, expected.data);
      assert.deepEqual((await models).pixels.data, alone.pixels.data);
    }));

  it('is given up at once, also while another runs', () =>
    on(greyNet(), async (net) => {
      const stop = new AbortController();
      let finished = false;
      const first = classModel(net, 1, { steps: 200, noise: 20 }).finally(() => (finished = true));
      const second = classModel(net, 0, { steps: 200, noise: 20, signal: stop.signal });
      setImmediate(() => stop.abort('enough'));
      await assert.rejects(second, (reason) => reason === 'enough');
      assert.equal(finished, false);
      await first;
    }));

  it('is waited for by dispose', async () => {
    let model: Promise<ClassModel> | undefined;
    await on(greyNet(), async (net) => {
      model = classModel(net, 1, { steps: 5, noise: 20 });
      await Promise.resolve();
    });
    assert.equal((await model)!.history.length, 6);
  });

  const inside = {
    'a channel of a branch': { layer: 'b', channel: 1 },
    'a branch': { layer: 'a' },
    'a unit of a branch': { layer: 'relu_a', channel: 1, row: 1, col: 2 },
  };
  for (const [name, target] of Object.entries(inside)) {
    it(`of ${name} of a concatenation gives each seed what it gets alone`, () =>
      on(inceptionNet(2), async (net) => {
        const options = { steps: 3, learningRate: 3, noise: 20 } as const;
        const together = await classModel(net, target, { ...options, seed: [4, 5] });
        assert.deepEqual(
          together.map((model) => model.seed),
          [4, 5],
        );
        for (const model of together) {
          const alone = await classModel(net, target, { ...options, seed: model.seed });
          assertCloseToScale(model.pixels.data, alone.pixels.data, 1e-5);
          assertCloseToScale([model.score], [alone.score], 1e-4);
          assert.deepEqual(model.target, target);
        }
      }));
  }

  it('keeps the order of targets that do not ascend together', () =>
    on(fireNet(5), async (net) => {
      const targets = [3, { layer: 'concat', channel: 1 }, { class: 0 }];
      const models = await classModel(net, targets as never[], { steps: 2, learningRate: 10 });
      assert.deepEqual(
        models.map((model) => model.target),
        [{ class: 3 }, { layer: 'concat', channel: 1 }, { class: 0 }],
      );
    }));
});
