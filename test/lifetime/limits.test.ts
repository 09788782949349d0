import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { ended, type Ended } from '../support/command-line.js';
import { describeOnDevices } from '../support/devices.js';
import { repository } from '../support/shared.js';

/** util-linux's; it changes the limits of a process that runs. */
const noPrlimit = spawnSync('prlimit', ['--version']).error !== undefined;

/**
 * Runs a module in a process of its own. It sees an open device with a tensor `x` of 128 MiB that lies filled in memory,
 * `host` of the same size, `leave(mebibytes)`, which limits the address space to that much more than there is, and
 * `tell(call)`, which prints the code of the error, or 'right' where `call` gives true.
 */
function run(kind: string, body: string): Promise<Ended> {
  const source = `
    import { execFileSync } from 'node:child_process';
    import { readFileSync } from 'node:fs';
    import ndarray from '${import.meta.resolve('ndarray')}';
    import { createNetwork, openDevice, saliency } from '${import.meta.resolve('#lib/index.js')}';
    const device = await openDevice('${kind}', { threads: 2 });
    const side = [32, 1024, 1024];
    const host = new Float32Array(32 * 1024 * 1024);
    const x = device.tensor(side, 'float32');
    device.fill(1, x);
    await device.sync();
    const limit = (bytes) => execFileSync('prlimit', ['--pid', String(process.pid), '--as=' + bytes + ':unlimited']);
    const leave = (mebibytes) => {
      const pages = Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[0]);
      limit(pages * 4096 + mebibytes * 2 ** 20);
    };
    const tell = async (call) => {
      try {
        console.log((await call()) ? 'right' : 'wrong');
      } catch (error) {
        console.log(error.code ?? error.stack);
      }
    };
    const isOnes = (values) => values.at(-1) === 1;
    ${body}`;
  const args = ['--input-type=module', '-e', source];
  return ended(spawn(process.execPath, args, { cwd: repository, timeout: 60_000, killSignal: 'SIGKILL' }));
}

/** Each is called where only 90 MiB are left, and again where there is no limit. */
const calls: Record<string, { call: string; code: string }> = {
  'device.tensor': { call: "device.tensor(side, 'float32')", code: 'ERR_MEMORY' },
  'device.weights': { call: 'device.weights(host, [1024, 32768], null)', code: 'ERR_MEMORY' },
  'tensor.write while the device is busy': {
    call: '(host.fill(1), device.relu(x, x), x.write(host)) === undefined',
    code: 'ERR_MEMORY',
  },
  'tensor.read': { call: 'x.read().then(isOnes)', code: 'ERR_MEMORY' },
  'tensor.read into an array': { call: 'x.read(host).then(isOnes)', code: 'ERR_MEMORY' },
  'openDevice with more threads than may start': { call: "openDevice('cpu', { threads: 64 })", code: 'ERR_DEVICE' },
};

describeOnDevices('a limited address space', (kind) => {
  if (kind !== 'cpu' || noPrlimit) return it('skipped: the CPU and prlimit only');

  for (const [title, { call, code }] of Object.entries(calls)) {
    it(`${title}: ${code}, the device works, and without the limit so does the call`, async () => {
      const body = `
        leave(90);
        await tell(() => ${call});
        await tell(() => device.sync().then(() => true));
        limit('unlimited');
        await tell(() => ${call});
        await tell(() => x.read().then(isOnes));`;
      const { code: status, stdout, stderr } = await run(kind, body);
      assert.deepEqual([status, stdout, stderr], [0, `${code}\nright\nright\nright\n`, '']);
    });
  }

  it('a batch that cannot be copied is refused with ERR_MEMORY, and the network goes on', async () => {
    const body = `
      const net = await createNetwork('squeezenet1_1', { device, classes: 2 });
      const size = 3 * 227 * 227;
      const batch = ndarray(host, [Math.floor(host.length / size), ...net.inputShape]);
      const one = ndarray(host.subarray(0, size), net.inputShape);
      leave(90);
      await tell(() => net.forward(batch));
      limit('unlimited');
      await tell(() => net.forward(one));`;
    const { code, stdout, stderr } = await run(kind, body);
    assert.deepEqual([code, stdout, stderr], [0, 'ERR_MEMORY\nright\n', '']);
  });

  it('a network is right or refuses with ERR_MEMORY, gives all back, and works once there is room', async () => {
    const limited = (mebibytes: number) => `
      const net = await createNetwork('squeezenet1_1', { device });
      const inputs = [8, 1].map((n) => ndarray(new Float32Array(n * 3 * 227 * 227).fill(1), [n, ...net.inputShape]));
      const isMap = ({ data }) => data.some((value) => value > 0) && data.every(Number.isFinite);
      leave(${mebibytes});
      for (const input of inputs) await tell(() => saliency(net, input, 1).then(isMap));
      limit('unlimited');
      for (const input of inputs) await tell(() => saliency(net, input, 1).then(isMap));
      await net.dispose();
      x.dispose();
      await device.sync();
      const { tensors, weights, workspace } = device.memory();
      console.log(tensors + weights + workspace);`;
    const seen = new Set<string>();
    for (const mebibytes of [70, 90, 110, 130, 160, 250, 1000]) {
      const { code, stdout, stderr } = await run(kind, limited(mebibytes));
      assert.deepEqual([code, stderr], [0, ''], `${mebibytes} MiB`);
      assert.match(stdout, /^((right|ERR_MEMORY)\n){2}(right\n){2}0\n$/, `${mebibytes} MiB`);
      seen.add(stdout.split('\n').slice(0, 2).join());
    }
    assert.ok(seen.has('ERR_MEMORY,ERR_MEMORY') && seen.has('right,right'), [...seen].join(' | '));
  });
});
