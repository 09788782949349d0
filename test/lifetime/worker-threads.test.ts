import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ended, type Ended } from '../support/command-line.js';
import { describeOnDevices } from '../support/devices.js';
import { repository } from '../support/shared.js';
import { endless, steps } from './steps.js';

/** A process that starts one worker thread for each step, all at once, and then does `then`. */
function runAll(kind: string, end: string, then: string): Promise<Ended> {
  const sources = Object.values(steps).map((step) => step(kind, end, endless(kind)));
  const source = `
    import { setTimeout as wait } from 'node:timers/promises';
    import { Worker } from 'node:worker_threads';
    const workers = ${JSON.stringify(sources)}.map((source) =>
      new Worker(new URL('data:text/javascript,' + encodeURIComponent(source))));
    const ends = workers.map(async (worker) => {
      const errors = [];
      worker.on('error', (error) => errors.push(error.message));
      const code = await new Promise((resolve) => worker.on('exit', resolve));
      return [code, ...errors].join(' ');
    });
    ${then}
    console.log([...new Set(await Promise.all(ends))].join());`;
  const args = ['--input-type=module', '-e', source];
  return ended(spawn(process.execPath, args, { cwd: repository, timeout: 100_000, killSignal: 'SIGKILL' }));
}

/** A worker that goes on for ever, whatever its step. */
const stay = 'setInterval(() => undefined, 1000);';

describeOnDevices('worker threads', (kind) => {
  it('each have devices of their own, several at once', async () => {
    const source = `import { openDevice } from '${import.meta.resolve('#lib/index.js')}';
      import { parentPort } from 'node:worker_threads';
      const device = await openDevice('${kind}', ${kind === 'cpu' ? '{ threads: 1 }' : '{}'});
      const x = device.tensor([1000], 'float32');
      for (let i = 0; i < 100; i++) device.fill(i, x);
      parentPort.postMessage((await x.read())[0]);`;
    const answers = Array.from({ length: 3 }, async () => {
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
      const exit = once(worker, 'exit');
      const [value] = (await once(worker, 'message')) as [number];
      return [value, ...((await exit) as [number])];
    });
    assert.deepEqual(await Promise.all(answers), Array(3).fill([99, 0]));
  });

  it('may call process.exit at any step', async () => {
    const { code, stdout, stderr } = await runAll(kind, 'process.exit(3);', '');
    assert.deepEqual([code, stdout, stderr], [0, '3\n', '']);
  });

  it('may throw at any step, and the main thread hears of it', async () => {
    const { code, stdout, stderr } = await runAll(kind, "throw new Error('mine');", '');
    assert.deepEqual([code, stdout, stderr], [0, '1 mine\n', '']);
  });

  it('may be terminated at any step, early and late', async () => {
    for (const ms of [0, 30, 60, 120, 400]) {
      const terminate = `await wait(${ms}); for (const worker of workers) worker.terminate();`;
      const { code, stdout, stderr } = await runAll(kind, stay, terminate);
      assert.deepEqual([code, stderr], [0, ''], `after ${ms} ms`);
      assert.match(stdout, /^[01](,[01])?\n$/, `after ${ms} ms`); // 0 where it had not begun
    }
  });

  it('end with the process, whatever they are at', async () => {
    for (const ms of [60, 300]) {
      const { code, stderr } = await runAll(kind, stay, `await wait(${ms}); process.exit(3);`);
      assert.deepEqual([code, stderr], [3, ''], `after ${ms} ms`);
    }
  });
});
