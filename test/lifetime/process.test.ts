import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { ended, type Ended } from '../support/command-line.js';
import { describeOnDevices } from '../support/devices.js';
import { repository } from '../support/shared.js';
import { endless, steps } from './steps.js';

/** Runs a module in a process of its own; one that hangs is killed, and ends without a code. */
function run(source: string): Promise<Ended> {
  const args = ['--expose-gc', '--input-type=module', '-e', source];
  return ended(spawn(process.execPath, args, { cwd: repository, timeout: 100_000, killSignal: 'SIGKILL' }));
}

/** Ways for a process to end: what it does, the exit code that it must have, and what stderr must then tell. */
const ends: Record<string, { end: string; long: typeof endless; code: number; stderr: RegExp }> = {
  'process.exit': { end: 'process.exit(3);', long: endless, code: 3, stderr: /^$/ },
  'an uncaught exception': { end: "throw new Error('mine');", long: endless, code: 1, stderr: /Error: mine/ },
  'an unhandled rejection': {
    end: "Promise.reject(new Error('mine'));",
    long: endless,
    code: 1,
    stderr: /Error: mine/,
  },
  'having nothing left to do': { end: '', long: () => 20, code: 0, stderr: /^$/ },
};

describeOnDevices('the end of the process', (kind) => {
  for (const [when, step] of Object.entries(steps)) {
    it(`is clean ${when}, by any way out`, async () => {
      const results = Object.entries(ends).map(async ([way, { end, long, code, stderr }]) => {
        const result = await run(step(kind, end, long(kind)));
        assert.equal(result.code, code, `${way}: ${result.signal ?? ''} ${result.stderr}`);
        assert.match(result.stderr, stderr, way);
      });
      await Promise.all(results);
    });
  }

  it('waits for a read that is awaited', async () => {
    const print = 'x.read().then((values) => console.log(values.length));';
    const { code, stdout, stderr } = await run(steps['while operations wait']!(kind, print, 20));
    assert.deepEqual([code, stdout, stderr], [0, `${8 * 16 * 128 * 128}\n`, '']);
  });

  it('finds devices that refuse politely, in the listeners that come last', async () => {
    const listener = `process.on('exit', () => {
      device.dispose();
      try { x.read(); } catch (error) { console.log(error.code); }
    });`;
    const { code, stdout, stderr } = await run(
      steps['while an operation runs']!(kind, `${listener} process.exit(3);`, endless(kind)),
    );
    assert.deepEqual([code, stdout, stderr], [3, 'ERR_DISPOSED\n', '']);
  });
});
