import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { openDevice, type Device, type DeviceKind, type Handle } from '#lib/device/index.js';
import { assertClose } from '../support/close.js';
import { describeOnDevices } from '../support/devices.js';
import { operations } from './operations.js';
import { plannings, planOperations } from './plan-operations.js';
import type { Operation, Ready } from './ready.js';
import { fault, isFault, occupy } from './states.js';
import { Workbench } from './workbench.js';

// Every operation of a device in every state: the right result or an error with its code, and the next call works.

const isDisposed = { code: 'ERR_DISPOSED' };
const hasNoMemory = { code: 'ERR_MEMORY' };

async function assertRight({ expected }: Ready, outcome: Promise<ArrayLike<number>>): Promise<void> {
  assertClose(await outcome, expected, { atol: 0, rtol: 1e-6 });
}

/** Begins the same call very often; what the calls return, unless they went into a recording. */
function repeat(on: Workbench, { call }: Ready): unknown[] {
  try {
    on.own(on.device.capture(() => void call())).replay(10_000);
    return [];
  } catch (reason) {
    if ((reason as { code?: string }).code !== 'ERR_CAPTURE') throw reason;
    return Array.from({ length: 300 }, call);
  }
}

/** Asks for more memory than there is, in each way that takes much. */
async function exhaust(on: Workbench): Promise<void> {
  const images = 2 ** 38;
  assert.throws(() => on.device.tensor([images], 'float32'), hasNoMemory);
  if (on.device.kind === 'cuda') return; // plans take no memory by the sizes of their tensors
  const matrix = on.own(await on.device.weights(new Float32Array(64), [64, 1], null));
  const linear = on.device.planLinear({ x: [images / 64, 1], weights: matrix, activation: 'none' });
  await assert.rejects(linear, hasNoMemory);
  const weights = on.own(await on.device.weights(new Float32Array(9), [1, 1, 3, 3], null));
  const pixels = { x: [images, 1, 1, 1], stride: [1, 1], pad: [1, 1, 1, 1], dilation: [1, 1] } as const;
  const conv = { ...pixels, weights, groups: 1, activation: 'none', xLayout: 8, yLayout: 8 } as const;
  await assert.rejects(on.device.planConv2d(conv), hasNoMemory);
}

/** `later`: the result is what a plan gives that is still to come. */
type State = (on: Workbench, operation: Operation, later: boolean) => Promise<void>;

const states: Readonly<Record<string, State>> = {
  'prepared but never run': async (on, operation) => void (await operation(on)),

  'queued behind other work': async (on, operation) => {
    const ready = await operation(on);
    on.spoil();
    occupy(on);
    on.restore();
    await assertRight(ready, ready.result(ready.call()));
  },

  running: async (on, operation) => {
    const ready = await operation(on);
    const others = repeat(on, ready);
    await Promise.race([Promise.resolve(others[0] ?? wait(2)), wait(2)]);
    const outcome = ready.result(ready.call());
    for (const handle of Object.values(ready.uses)) handle.dispose();
    await assertRight(ready, outcome);
    for (const other of await Promise.all(others)) {
      if (typeof (other as Handle | undefined)?.dispose === 'function') on.own(other as Handle);
    }
  },

  'with a handle that was disposed of': async (on, operation) => {
    for (const name of Object.keys((await operation(on)).uses)) {
      const { uses, call } = await operation(on);
      uses[name]!.dispose();
      assert.throws(call, isDisposed, name);
    }
  },

  'on a device that is disposed of': async (on, operation, later) => {
    const ready = await operation(on);
    const outcome = ready.result(ready.call());
    on.device.dispose();
    if (later) await assert.rejects(outcome, isDisposed);
    else await assertRight(ready, outcome);
    assert.throws(ready.call, isDisposed);
  },

  'behind an operation that failed': async (on, operation) => {
    const ready = await operation(on);
    await fault(on);
    await assert.rejects(ready.result(ready.call()), isFault);
    await assertRight(ready, ready.result(ready.call()));
  },

  'where there is no memory': async (on, operation) => {
    const ready = await operation(on);
    await exhaust(on);
    await assertRight(ready, ready.result(ready.call()));
  },
};

async function assertWorks(device: Device, operation: Operation): Promise<void> {
  const on = new Workbench(device);
  const ready = await operation(on);
  await assertRight(ready, ready.result(ready.call()));
  on.dispose();
  await device.sync();
  const { tensors, weights, workspace } = device.memory();
  assert.deepEqual({ tensors, weights, workspace }, { tensors: 0, weights: 0, workspace: 0 });
}

async function check(kind: DeviceKind, state: State, operation: Operation, later: boolean): Promise<void> {
  const on = new Workbench(await openDevice(kind));
  await state(on, operation, later);
  on.dispose();
  const next = on.device.disposed ? await openDevice(kind) : on.device;
  await assertWorks(next, operation);
  next.dispose();
}

describeOnDevices('an operation is right or refused, and the next call works', (kind) => {
  const immediate = { ...operations, ...planOperations };

  it('for every method of a device and a tensor', async () => {
    const device = await openDevice(kind);
    const methods = [device, device.tensor([1], 'float32')].flatMap((handle) => {
      const members = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(handle) as object));
      return members.filter(([, { value }]) => typeof value === 'function').map(([name]) => name);
    });
    const tried = new Set(Object.keys({ ...immediate, ...plannings }));
    const others = new Set(methods.filter((name) => !tried.has(name)));
    assert.deepEqual(others, new Set(['constructor', 'memory', 'dispose']));
    device.dispose();
  });

  for (const [title, state] of Object.entries(states)) {
    describe(title, () => {
      for (const [name, operation] of Object.entries(immediate)) it(name, () => check(kind, state, operation, false));
      for (const [name, operation] of Object.entries(plannings)) it(name, () => check(kind, state, operation, true));
    });
  }
});
