import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passedOver } from '#lib/device/automatic.js';
import { acquireDevice, describeDevices, openDevice } from '#lib/device/index.js';
import { describeOnDevices } from '../../support/devices.js';
import { repository } from '../../support/shared.js';

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

  for (const [kind, options, message] of [
    ['cpu', { index: 3 }, "openDevice: index must be left out for 'cpu', got 3; it says which CUDA card"],
    ['auto', { index: 0 }, "openDevice: index must be left out for 'auto', got 0; it says which CUDA card"],
    ['cuda', { threads: 2 }, "openDevice: threads must be left out for 'cuda', got 2; it says the threads of the CPU"],
  ] as const) {
    it(`refuses an option of another kind: ${kind} with ${Object.keys(options).join()}`, () =>
      assert.rejects(openDevice(kind, options), { code: 'ERR_ARGUMENT', message }));
  }

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

describe('where no device works', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'deep-inside-unbuilt-'));
    for (const part of ['dist', 'package.json', 'models'])
      cpSync(join(repository, part), join(folder, part), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const where of ['openDevice', 'loadNetwork', 'createNetwork']) {
    it(`${where} says so, under its own name, with the reason for each kind`, () => {
      const call = `library.${where}(${where === 'createNetwork' ? "'squeezenet1_1'" : ''})`;
      const source = `const library = await import('./dist/index.js'); await ${call}.catch((e) => console.log(e.message));`;
      const args = ['--input-type=module', '-e', source];
      const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
      const [first, ...reasons] = stdout.trim().split('\n');
      assert.equal(first, `${where}: no device works:`);
      assert.deepEqual(
        reasons.map((line) => /^ {2}(cpu|cuda): it was not built; run npm run build$/.exec(line)?.[1]),
        ['cuda', 'cpu'],
      );
    });
  }
});

describe("'auto'", () => {
  it('is CUDA where a GPU can be used, else the CPU, and describeDevices says which', async () => {
    const devices = await describeDevices();
    const usable = (kind: string) => devices.some((one) => one.kind === kind && one.usable);
    const taken = devices.filter(({ auto }) => auto).map(({ kind }) => kind);
    const cuda = usable('cuda') && !passedOver('cuda');
    assert.deepEqual(taken, cuda ? ['cuda'] : usable('cpu') ? ['cpu'] : []);
  });

  it('is the same for a shared device and for one of its own, with threads for the CPU alone', async function () {
    const taken = (await describeDevices()).find(({ auto }) => auto);
    if (!taken) return this.skip();
    const lease = await acquireDevice('test', 'auto');
    const shared = await acquireDevice('test', taken.kind);
    const own = await openDevice('auto', { threads: 1 });
    assert.deepEqual([lease.device.kind, own.kind, own.threads], [taken.kind, taken.kind, 1]);
    assert.equal(lease.device, shared.device);
    for (const one of [lease, shared]) one.release();
    own.dispose();
  });
});

describeOnDevices('a shared device', (kind) => {
  it('is one for all who ask, at the same time too', async () => {
    const [a, b] = await Promise.all([acquireDevice('test', kind), acquireDevice('test', kind)]);
    const c = await acquireDevice('test', kind);
    assert.equal(a.device, b.device);
    assert.equal(a.device, c.device);
    for (const lease of [a, b, c]) lease.release();
  });

  it('stays until the last share is released, and each release counts once', async () => {
    const [a, b] = [await acquireDevice('test', kind), await acquireDevice('test', kind)];
    a.release();
    a.release();
    assert.equal(b.device.disposed, false);
    b.release();
    assert.equal(b.device.disposed, true);
  });

  it('is opened anew after that', async () => {
    const first = await acquireDevice('test', kind);
    first.release();
    const second = await acquireDevice('test', kind);
    assert.notEqual(second.device, first.device);
    second.release();
  });

  it('is not what openDevice gives', async () => {
    const own = await openDevice(kind);
    const lease = await acquireDevice('test', kind);
    assert.notEqual(own, lease.device);
    lease.release();
    assert.equal(own.disposed, false);
    own.dispose();
  });
});
