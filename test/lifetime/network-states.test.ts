import assert from 'node:assert/strict';
import { setImmediate as tick } from 'node:timers/promises';
import { openDevice, type Device, type DeviceKind } from '#lib/device/index.js';
import type { Network } from '#lib/net/network.js';
import { openNetwork } from '#lib/net/open-network.js';
import { describeOnDevices } from '../support/devices.js';
import { failingDevice } from '../support/failing-device.js';
import { withNetwork } from '../support/networks.js';
import { calls, interruptible, net, preprocessing, sequences, type NetworkCall } from './network-calls.js';
import { fault, isFault, occupy } from './states.js';
import { Workbench } from './workbench.js';

// Every call on a network in every state: the right result or an error with its code, and the next call works.

const isDisposed = { code: 'ERR_DISPOSED' };

/** A network on a device of its own, which has no memory when `memory.left` is false. */
interface Opened {
  readonly device: Device;
  readonly network: Network;
  readonly memory: { left: boolean };
}

async function open(kind: DeviceKind): Promise<Opened> {
  const [device, memory] = [await openDevice(kind), { left: true }];
  const model = { ...net, preprocessing: null, classes: null };
  const options = { device: failingDevice(device, () => memory.left), preprocessing };
  return { device, memory, network: await openNetwork('test', model, options) };
}

/** Whether the call came to its right result; if not, it must have found something disposed of. */
async function assertRightOrDisposed(outcome: Promise<unknown>, expected: unknown): Promise<void> {
  const refused = Symbol('refused');
  const result = await outcome.catch((reason: unknown) => {
    assert.equal((reason as { code?: string }).code, 'ERR_DISPOSED', String(reason));
    return refused;
  });
  if (result !== refused) assert.deepEqual(result, expected);
}

/** `once`: the call needs the network once, so that what it asked for is done even if that is disposed of. */
type State = (opened: Opened, call: NetworkCall, expected: unknown, once: boolean) => Promise<void>;

const states: Readonly<Record<string, State>> = {
  'that was never used': async () => undefined,

  'with other calls and work before it': async ({ network, device }, call, expected) => {
    const on = new Workbench(device);
    const others = Object.values({ ...interruptible, ...sequences }).map((other) => other(network));
    occupy(on);
    assert.deepEqual(await call(network), expected);
    await Promise.all(others);
    on.dispose();
  },

  'that runs the same call': async ({ network }, call, expected) => {
    await call(network);
    const [first, second] = [call(network), call(network)];
    await tick();
    assert.deepEqual([await first, await call(network), await second], [expected, expected, expected]);
  },

  'whose device had an operation fail': async ({ network, device }, call, expected) => {
    const on = new Workbench(device);
    for (let prepared = 0; prepared < 2; prepared++) {
      await fault(on);
      await assert.rejects(call(network), isFault);
      assert.deepEqual(await call(network), expected);
    }
    on.dispose();
  },

  'whose device has no memory': async ({ network, memory }, call, expected) => {
    memory.left = false;
    await assert.rejects(call(network), { code: 'ERR_MEMORY' });
    memory.left = true;
    assert.deepEqual(await call(network), expected);
  },
};

/** States that the network does not survive. */
const ends: typeof states = {
  'that is disposed of': async ({ network }, call, expected, once) => {
    const outcome = call(network);
    const disposal = network.dispose();
    if (once) assert.deepEqual(await outcome, expected);
    else await assertRightOrDisposed(outcome, expected);
    await disposal;
    await assert.rejects(call(network), isDisposed);
  },

  'whose device is disposed of': async ({ network, device }, call, expected) => {
    await call(network);
    const outcome = call(network);
    await tick();
    device.dispose();
    await assertRightOrDisposed(outcome, expected);
    await assert.rejects(call(network), isDisposed);
  },
};

/** The next call, and everything is given back. */
async function assertWorks({ network, device }: Opened, call: NetworkCall, expected: unknown): Promise<void> {
  assert.deepEqual(await call(network), expected);
  await network.dispose();
  await device.sync();
  const { tensors, weights, workspace } = device.memory();
  assert.deepEqual({ tensors, weights, workspace }, { tensors: 0, weights: 0, workspace: 0 });
  device.dispose();
}

async function check(kind: DeviceKind, title: string, call: NetworkCall, once: boolean): Promise<void> {
  const expected = await withNetwork(net, kind, call, { preprocessing });
  const opened = await open(kind);
  await { ...states, ...ends }[title]!(opened, call, expected, once);
  if (!(title in ends)) return assertWorks(opened, call, expected);
  await opened.network.dispose();
  opened.device.dispose();
  await assertWorks(await open(kind), call, expected);
}

describeOnDevices('a call on a network is right or refused, and the next call works, on a network', (kind) => {
  for (const title of Object.keys({ ...states, ...ends })) {
    describe(title, () => {
      for (const [name, call] of Object.entries({ ...calls, ...interruptible }))
        it(name, () => check(kind, title, call, true));
      for (const [name, call] of Object.entries(sequences)) it(name, () => check(kind, title, call, false));
    });
  }
});
