import assert from 'node:assert/strict';
import { acquireDevice, describeDevices, openDevice } from '#lib/device/index.js';
import { describeOnDevices } from '../../support/devices.js';

describe('openDevice', () => {
  it('refuses a kind that does not exist', () =>
    assert.rejects(openDevice('gpu' as 'cuda'), {
      code: 'ERR_ARGUMENT',
      message: "openDevice: kind must be one of 'auto', 'cpu', 'cuda', got \"gpu\"",
    }));

  it('refuses an unknown option, naming the nearest', () =>
    assert.rejects(openDevice('cpu', { thread: 1 } as object), {
      code: 'ERR_ARGUMENT',
      message: /did you mean threads\?/,
    }));

  it('refuses zero threads', () => assert.rejects(openDevice('cpu', { threads: 0 }), { code: 'ERR_ARGUMENT' }));

  it('says for each kind that is not usable why, and what to do', async () => {
    for (const { kind, usable, reason } of await describeDevices()) {
      if (usable) assert.equal(reason, null);
      else assert.match(reason!, new RegExp(`${kind}`));
    }
  });

  it('names what was tried where a kind is not usable', async () => {
    for (const { kind, usable, reason } of await describeDevices()) {
      if (!usable) await assert.rejects(openDevice(kind), { code: 'ERR_DEVICE', message: reason! });
    }
  });
});

describe("'auto'", () => {
  it('is the CPU where the CPU works, for a shared device and for one of its own', async function () {
    const cpu = (await describeDevices()).find(({ kind }) => kind === 'cpu')!;
    if (!cpu.usable) this.skip();
    const lease = await acquireDevice('auto');
    const shared = await acquireDevice('cpu');
    const own = await openDevice('auto');
    assert.deepEqual([lease.device.kind, own.kind], ['cpu', 'cpu']);
    assert.equal(lease.device, shared.device);
    for (const one of [lease, shared]) one.release();
    own.dispose();
  });
});

describeOnDevices('a shared device', (kind) => {
  it('is one for all who ask, at the same time too', async () => {
    const [a, b] = await Promise.all([acquireDevice(kind), acquireDevice(kind)]);
    const c = await acquireDevice(kind);
    assert.equal(a.device, b.device);
    assert.equal(a.device, c.device);
    for (const lease of [a, b, c]) lease.release();
  });

  it('stays until the last share is released, and each release counts once', async () => {
    const [a, b] = [await acquireDevice(kind), await acquireDevice(kind)];
    a.release();
    a.release();
    assert.equal(b.device.disposed, false);
    b.release();
    assert.equal(b.device.disposed, true);
  });

  it('is opened anew after that', async () => {
    const first = await acquireDevice(kind);
    first.release();
    const second = await acquireDevice(kind);
    assert.notEqual(second.device, first.device);
    second.release();
  });

  it('is not what openDevice gives', async () => {
    const own = await openDevice(kind);
    const lease = await acquireDevice(kind);
    assert.notEqual(own, lease.device);
    lease.release();
    assert.equal(own.disposed, false);
    own.dispose();
  });
});
