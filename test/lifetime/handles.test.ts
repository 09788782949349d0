import assert from 'node:assert/strict';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { openDevice, type Device, type Handle } from '#lib/device/index.js';
import { DeepInsideError } from '#lib/errors.js';
import { describeOnDevices } from '../support/devices.js';

/** One of each kind of handle, and the calls that it offers. */
async function everyHandle(device: Device): Promise<{ handle: Handle; calls: Record<string, () => unknown> }[]> {
  const x = device.tensor([1, 4, 4, 4], 'float32');
  const y = device.tensor([1, 4, 2, 2], 'float32');
  const switches = device.tensor([1, 4, 2, 2], 'int32');
  const weights = await device.weights(new Float32Array(16), [4, 4, 1, 1], null);
  const window = { x: x.shape, layout: 1, kernel: [2, 2], stride: [2, 2], pad: [0, 0, 0, 0], output: [2, 2] } as const;
  const maxPool = await device.planMaxPool(window);
  const averagePool = await device.planAveragePool({ ...window, divisor: 'inside' });
  const lrn = await device.planLrn({ x: x.shape, layout: 1, size: 3, alpha: 1, beta: 0.75, k: 1 });
  const conv = await device.planConv2d({
    ...{ x: x.shape, weights, stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1, activation: 'none' },
    backwardFilter: true,
  });
  const cx = device.tensor(x.shape, 'float32', conv.x);
  const cy = device.tensor(conv.output, 'float32', conv.y);
  const recording = device.capture(() => device.relu(x, x));
  const cut = await device.planMaxFlow({ rows: 2, cols: 2, neighbours: 4 });
  const pixels = () => device.tensor([2, 2], 'int32');
  const edges = { source: pixels(), sink: pixels(), right: pixels(), down: pixels(), downRight: null, downLeft: null };
  return [
    { handle: cut, calls: { run: () => cut.run(edges, device.tensor([1], 'int32'), device.tensor([2], 'int32')) } },
    {
      handle: maxPool,
      calls: { forward: () => maxPool.forward(x, y, switches), unpool: () => maxPool.unpool(y, switches, x) },
    },
    {
      handle: averagePool,
      calls: { forward: () => averagePool.forward(x, y), backward: () => averagePool.backward(y, x) },
    },
    {
      handle: lrn,
      calls: {
        forward: () => lrn.forward(x, device.tensor(x.shape, 'float32')),
        backward: () => lrn.backward(x, x, device.tensor(x.shape, 'float32')),
      },
    },
    {
      handle: conv,
      calls: {
        forward: () => conv.forward(cx, cy),
        backwardData: () => conv.backwardData(cy, cx),
        backwardFilter: () => conv.backwardFilter(cx, cy, device.tensor([4, 4, 1, 1], 'float32'), null),
      },
    },
    { handle: recording, calls: { replay: () => recording.replay() } },
    { handle: weights, calls: { update: () => weights.update(device.tensor([4, 4, 1, 1], 'float32'), null) } },
    {
      handle: x,
      calls: { read: () => x.read(), write: () => x.write(new Float32Array(64)), relu: () => device.relu(x, x) },
    },
    { handle: switches, calls: { read: () => switches.read() } },
    {
      handle: device,
      calls: { tensor: () => device.tensor([1], 'float32'), sync: () => device.sync(), memory: () => device.memory() },
    },
  ];
}

/** Waits until the garbage collector has found every tensor, but not for ever. */
async function collected(device: Device): Promise<void> {
  for (let i = 0; i < 50 && device.memory().tensors > 0; i++) {
    globalThis.gc!();
    await wait(5);
  }
  await device.sync();
}

const isDisposed = (error: unknown): boolean =>
  error instanceof DeepInsideError &&
  error.code === 'ERR_DISPOSED' &&
  /must not be used after dispose; (make a new one|open another)$/.test(error.message);

describeOnDevices('handles', (kind) => {
  it('work while alive, and throw ERR_DISPOSED in every method afterwards', async () => {
    const device = await openDevice(kind);
    for (const { handle, calls } of await everyHandle(device)) {
      for (const call of Object.values(calls)) await call();
      assert.equal(handle.disposed, false);
      handle.dispose();
      handle.dispose();
      assert.equal(handle.disposed, true);
      for (const [name, call] of Object.entries(calls))
        assert.throws(call, isDisposed, `${handle.constructor.name}.${name}`);
    }
  });

  it('throw ERR_DISPOSED once their device is gone, and can still be disposed of', async () => {
    const device = await openDevice(kind);
    const handles = await everyHandle(device);
    device.dispose();
    for (const { handle, calls } of handles) {
      for (const [name, call] of Object.entries(calls))
        assert.throws(call, isDisposed, `${handle.constructor.name}.${name}`);
      handle.dispose();
    }
  });

  it('can be disposed of while queued work uses them', async () => {
    const device = await openDevice(kind);
    const x = device.tensor([4, 16, 64, 64], 'float32');
    const y = device.tensor([4, 16, 64, 64], 'float32');
    x.write(new Float32Array(4 * 16 * 64 * 64).fill(2));
    const recording = device.capture(() => device.axpy(1, x, y));
    recording.replay(10);
    const result = y.read();
    for (const handle of [x, y, recording]) handle.dispose();
    assert.ok((await result).every((value) => value === 20));
    await device.sync();
    assert.equal(device.memory().tensors, 0);
    device.dispose();
  });

  it('a device disposed of with reads under way still answers them', async () => {
    const device = await openDevice(kind);
    const y = device.tensor([1000], 'float32');
    device.fill(3, y);
    const reads = [y.read(), y.read(new Float32Array(1000))];
    device.dispose();
    for (const values of await Promise.all(reads)) assert.equal(values[999], 3);
  });

  it('a device that nobody holds any more answers what it was asked, and is collected', async () => {
    for (let i = 0; i < 100; i++) {
      const reading = (async () => {
        const y = (await openDevice(kind)).tensor([10], 'float32');
        return { values: y.read() };
      })();
      const { values } = await reading;
      globalThis.gc!();
      assert.equal((await values)[9], 0);
    }
  }).timeout(120_000);

  it('memory is zero after everything was disposed of', async () => {
    const device = await openDevice(kind);
    await (async () => {
      for (const { handle } of (await everyHandle(device)).slice(0, -1)) handle.dispose();
    })();
    await collected(device); // the tensors between
    const { tensors, weights, workspace, peak } = device.memory();
    assert.deepEqual({ tensors, weights, workspace }, { tensors: 0, weights: 0, workspace: 0 });
    assert.ok(peak > 0);
    device.dispose();
  });

  it('what nobody disposes of is collected', async () => {
    const device = await openDevice(kind);
    for (let i = 0; i < 64; i++) device.tensor([1 << 18], 'float32');
    await collected(device);
    assert.equal(device.memory().tensors, 0);
    device.dispose();
  });

  it('the garbage collector is told of their memory, so that it needs no call', async () => {
    const device = await openDevice(kind);
    const [each, most] = [2 ** 22, 1000];
    let count = 0;
    do {
      device.tensor([each / 4], 'float32');
      count++;
      await nextTurn();
    } while (device.memory().tensors === count * each && count < most);
    assert.ok(count < most, `none of ${count} dropped tensors of ${each} bytes was collected`);
    device.dispose();
  });

  it('10,000 calls leave the memory as it was', async () => {
    const device = await openDevice(kind);
    const x = device.tensor([1, 8, 8, 8], 'float32');
    const before = device.memory().tensors;
    for (let i = 0; i < 10_000; i++) {
      const y = device.tensor([1, 8, 8, 8], 'float32');
      device.relu(x, y);
      if (i % 1000 === 0) await y.read();
      y.dispose();
    }
    await device.sync();
    assert.equal(device.memory().tensors, before);
    x.dispose();
    device.dispose();
  });
});
