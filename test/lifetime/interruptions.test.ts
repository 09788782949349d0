import assert from 'node:assert/strict';
import { setImmediate as tick } from 'node:timers/promises';
import type { Network } from '#lib/net/network.js';
import { describeOnDevices } from '../support/devices.js';
import { withNetwork } from '../support/networks.js';
import { calls, interruptible, net, preprocessing, sequences, type NetworkCall } from './network-calls.js';

const all = { ...interruptible, ...sequences };

/** Moments in the middle of a call; at the last one a short call may have come to its end. */
const late = 'after a turn of the event loop';
const moments: Readonly<Record<string, () => unknown>> = {
  'at once': () => undefined,
  'after a microtask': () => Promise.resolve(),
  [late]: () => tick(),
};

describeOnDevices('a call that is interrupted', (kind) => {
  const on = <T>(use: (network: Network) => Promise<T>) => withNetwork(net, kind, use, { preprocessing });

  for (const [name, call] of Object.entries(all)) {
    it(`${name}: an abort at any moment rejects with its reason, and the next call is right`, () =>
      on(async (network) => {
        const expected = await call(network);
        for (const [moment, reached] of Object.entries(moments)) {
          const controller = new AbortController();
          const reason = new Error(moment);
          const outcome = call(network, { signal: controller.signal });
          const next = call(network);
          await reached();
          controller.abort(reason);
          const settled = await outcome.catch((error: unknown) => error);
          if (reached === moments[late] && settled !== reason) assert.deepEqual(settled, expected, moment);
          else assert.equal(settled, reason);
          assert.deepEqual(await next, expected, moment);
        }
      }));

    it(`${name}: an onProgress that throws rejects with that very error, and the next call is right`, () =>
      on(async (network) => {
        const expected = await call(network);
        for (const reason of [new Error('mine'), 'no error at all', undefined]) {
          const onProgress = () => {
            throw reason as Error;
          };
          const refused = call(network, { onProgress }).then(
            () => assert.fail('it was not rejected'),
            (error: unknown) => error,
          );
          const next = call(network);
          assert.equal(await refused, reason);
          assert.deepEqual(await next, expected);
        }
      }));
  }
});

describeOnDevices('calls at once on one network', (kind) => {
  it('with different options equal the same calls one by one, bit for bit, in any order', () =>
    withNetwork(
      net,
      kind,
      async (network) => {
        const list: NetworkCall[] = Object.values({ ...calls, ...all });
        const alone: unknown[] = [];
        for (const call of list) alone.push(await call(network));
        const orders = [1, 3, 5, 7, 11, 13].map((step) => list.map((_, i) => (i * step) % list.length));
        // A step that has a factor in common with the number of calls does not visit all of them.
        const whole = orders.filter((order) => new Set(order).size === list.length);
        assert.ok(whole.length >= 3);
        for (const order of whole) {
          const together = await Promise.all(order.map((i) => list[i]!(network)));
          assert.deepEqual(
            together,
            order.map((i) => alone[i]),
          );
        }
      },
      { preprocessing },
    ));
});
