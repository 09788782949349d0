import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describeOnDevices } from '../support/devices.js';

const device = import.meta.resolve('#lib/device/index.js');

/** Runs a module in a process of its own; its source sees `device`, an open device of the kind. */
function run(kind: string, source: string): { status: number | null; stdout: string; stderr: string } {
  const whole = `import { openDevice } from '${device}'; const device = await openDevice('${kind}'); ${source}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', whole], { encoding: 'utf8', timeout: 60_000 });
}

const busy = `
  const x = device.tensor([8, 16, 128, 128], 'float32');
  const recording = device.capture(() => device.relu(x, x));
  recording.replay(200);`;

/** Ways for a process to end, and the exit code that each must have. */
const ends: Record<string, { source: string; status: number }> = {
  'right after opening': { source: 'process.exit(3)', status: 3 },
  'with an open device and nothing to do': { source: '', status: 0 },
  'while operations run': { source: `${busy} process.exit(3)`, status: 3 },
  'while a read is awaited': { source: `${busy} x.read(); process.exit(3)`, status: 3 },
  'while a plan is made': {
    source: `device.planConv2d({ x: [1, 3, 64, 64], weights: device.weights(new Float32Array(108), [4, 3, 3, 3], null),
      stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1, activation: 'none' }); process.exit(3)`,
    status: 3,
  },
  'inside a recording': { source: 'device.capture(() => process.exit(3))', status: 3 },
  'after dispose with work queued': { source: `${busy} device.dispose(); process.exit(3)`, status: 3 },
  'by an uncaught exception': { source: `${busy} throw new Error('mine')`, status: 1 },
  'after the last promise': { source: `${busy} await x.read();`, status: 0 },
};

describeOnDevices('the end of the process', (kind) => {
  for (const [title, { source, status }] of Object.entries(ends)) {
    it(`is clean ${title}`, () => {
      const result = run(kind, source);
      assert.equal(result.status, status, result.stderr);
    });
  }

  it('waits for a read that is awaited', () => {
    const result = run(kind, `${busy} x.read().then((values) => console.log(values.length))`);
    assert.equal(result.stdout.trim(), String(8 * 16 * 128 * 128), result.stderr);
  });
});

describeOnDevices('worker threads', (kind) => {
  const source = `import { openDevice } from '${device}';
    import { parentPort } from 'node:worker_threads';
    const device = await openDevice('${kind}', { threads: 1 });
    const x = device.tensor([1000], 'float32');
    for (let i = 0; i < 100; i++) device.fill(i, x);
    parentPort.postMessage((await x.read())[0]);
    const big = device.tensor([8, 16, 128, 128], 'float32');
    for (let i = 0; i < 100; i++) device.relu(big, big);
    await big.read();`;
  const start = () => new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));

  it('each have devices of their own, several at once', async () => {
    const answers = Array.from({ length: 3 }, async () => {
      const worker = start();
      const ended = once(worker, 'exit');
      const [value] = (await once(worker, 'message')) as [number];
      const [code] = (await ended) as [number];
      return [value, code];
    });
    assert.deepEqual(await Promise.all(answers), Array(3).fill([99, 0]));
  });

  it('can be terminated while their device works', async () => {
    const worker = start();
    await once(worker, 'message');
    assert.equal(await worker.terminate(), 1);
  });
});
