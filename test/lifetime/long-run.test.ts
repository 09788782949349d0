import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as library from '#lib/index.js';
import { ended } from '../support/command-line.js';
import { repository } from '../support/shared.js';
import { leaks, subjects, type InUse, type LongRun } from './long-run.js';

/** CONTRIBUTING.md says when more. */
const calls = Number(process.env.DEEP_INSIDE_CALLS ?? 2000);

/**
 * Bytes that may be in use more at the end. What is resident has been seen to move by 2 MiB without a trend, as the
 * allocator sees fit, and once by 8; JavaScript's heap by 0.1 MiB. Between the two looks at the memory lie 45 % of the
 * calls: of 1,000 these bounds let 37 kB and 580 bytes a call pass, of 10,000 3.7 kB and 58 bytes. What lies on the device
 * is counted exactly.
 */
const bounds: InUse = { resident: 16 * 2 ** 20, heap: 2 ** 18, external: 2 ** 16, device: 0 };

/**
 * glibc goes on finding gaps for the weights of the networks that come and go: +60 MiB from the 100th network to the
 * 2,000th, +10 to the 5,000th, +1 in the last thousand. A network that stayed would be 3 MiB a call.
 */
const fragmented: Readonly<Record<string, InUse>> = {
  createNetwork: { ...bounds, resident: 48 * 2 ** 20 },
  // Arrays that the threads of libuv's pool make lie in arenas of theirs: from -7 to +31 MiB, without a trend to 4,000 calls.
  segment: { ...bounds, resident: 48 * 2 ** 20 },
};

/** Young objects keep to a small part of the heap, which would else grow and shrink by tens of megabytes. */
const flags = ['--expose-gc', '--single-threaded-gc', '--min-semi-space-size=1', '--max-semi-space-size=1'];

async function run(name: string): Promise<LongRun> {
  const source = `
    import { longRun } from '${import.meta.resolve('./long-run.js')}';
    console.log(JSON.stringify(await longRun(${JSON.stringify(name)}, ${calls})));`;
  const { code, stdout, stderr } = await ended(
    spawn(process.execPath, [...flags, '--input-type=module', '-e', source], { cwd: repository }),
  );
  assert.deepEqual([code, stderr], [0, ''], name);
  return JSON.parse(stdout) as LongRun;
}

const kinds = Object.keys(leaks) as (keyof InUse)[];

/** The kinds of memory of which there is more at the end. */
function growing(name: string, { first, last }: LongRun): (keyof InUse)[] {
  const allowed = fragmented[name] ?? bounds;
  return kinds.filter((kind) => last[kind] - first[kind] > allowed[kind]);
}

/** Up to three runs, fewer where one grows nothing. */
async function runs(name: string): Promise<LongRun[]> {
  const all: LongRun[] = [];
  do all.push(await run(name));
  while (all.length < 3 && growing(name, all.at(-1)!).length > 0);
  return all;
}

/** The kinds that grow in each: what a call leaves behind does, gaps that an allocator happens to leave do not. */
function growingInAll(name: string, all: readonly LongRun[]): (keyof InUse)[] {
  return kinds.filter((kind) => all.every((one) => growing(name, one).includes(kind)));
}

describe(`memory stays flat over ${calls} calls`, function () {
  this.timeout(600_000);

  it('of every public function', () => {
    const functions = Object.entries(library).filter(([, value]) => typeof value === 'function');
    const names = functions.map(([name]) => name).filter((name) => name !== 'DeepInsideError');
    const covered = Object.keys(subjects).map((title) => title.split(' ')[0]);
    assert.deepEqual(
      names.filter((name) => !covered.includes(name)),
      [],
    );
  });

  for (const kind of kinds)
    it(`but not of a call that leaves something behind: ${kind}`, async () => {
      assert.ok(growingInAll(kind, await runs(kind)).includes(kind));
    });

  for (const name of Object.keys(subjects)) {
    it(name, async () => {
      const all = await runs(name);
      assert.deepEqual(growingInAll(name, all), [], JSON.stringify(all));
      for (const { left } of all) assert.equal(left, 0);
    });
  }
});
