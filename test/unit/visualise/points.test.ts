import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { runAt } from '#lib/visualise/points.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { linearNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';

const net = linearNet();
const size = 60;
const nameOf = (index: number) => `point ${index}`;

describeOnDevices('runAt', (kind) => {
  const onLinear = <T>(use: (network: Network) => Promise<T>) => withNetwork(net, kind, use);

  it('runs the network at every point, in batches of one size, and hands each over once and in order', () =>
    onLinear(async (network) => {
      const most = network.largestBatch;
      for (const count of [1, most, most + 1, 3 * most - 1]) {
        const inputs = inputFor(net, 3, count);
        const sizes = new Set<number>();
        const taken: number[] = [];
        const scores = new Float32Array(count * 4);
        await runAt(
          'test',
          network,
          { count, write: (index, to) => to.set(inputs.data.subarray(index * size, (index + 1) * size)), nameOf },
          { score: 'class' },
          (pass, first) => {
            assert.ok(first >= 0 && first + pass.n <= count);
            sizes.add(pass.n);
            return [pass.scores.read()];
          },
          (index, [ofPoint]) => {
            taken.push(index);
            scores.set(ofPoint!, index * 4);
          },
        );
        assert.equal(sizes.size, 1);
        assert.ok([...sizes].every((n) => n <= most));
        assert.deepEqual(taken, Array.from({ length: count }, (_, i) => i)); // prettier-ignore
        const expected = await network.forward(array(inputs.data, [count, 3, 5, 4]));
        assertCloseToScale(scores, expected.data, 1e-5, `${count} points`);
      }
    }));

  it('begins no batch after the signal was aborted', () =>
    onLinear(async (network) => {
      const stop = new AbortController();
      const written: number[] = [];
      const run = runAt(
        'test',
        network,
        { count: 5 * network.largestBatch, write: (index) => written.push(index), nameOf },
        { score: 'class', signal: stop.signal },
        (pass) => {
          stop.abort(new Error('enough'));
          return [pass.scores.read()];
        },
        () => undefined,
      );
      await assert.rejects(run, /^Error: enough$/);
      assert.equal(written.length, network.largestBatch);
    }));

  it('rejects with what the writing or the taking throws', () =>
    onLinear(async (network) => {
      const fail = (what: string) => () => {
        throw new Error(what);
      };
      const run = (write: () => void, take: () => void) =>
        runAt('test', network, { count: 40, write, nameOf }, { score: 'class' }, (pass) => [pass.scores.read()], take);
      await assert.rejects(
        run(fail('written'), () => undefined),
        /^Error: written$/,
      );
      await assert.rejects(
        run(() => undefined, fail('taken')),
        /^Error: taken$/,
      );
    }));
});
