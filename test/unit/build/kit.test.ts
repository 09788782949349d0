import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importScript } from '../../support/bench.js';

interface Job {
  readonly job: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds?: number;
  readonly said: string;
}
interface Jobs {
  readonly all: readonly Job[];
  run(job: string, command: string, args: readonly string[], options: { wanted: boolean; each?: number }): Promise<Job>;
  isDue(job: string, options: { wanted: boolean }): boolean;
  skip(job: string, reason: string): Job;
}

describe('scripts/kit/jobs', function () {
  this.timeout(60_000);
  let Jobs: new (options: object) => Jobs;
  let folder: string;
  before(async () => ({ Jobs } = await importScript<{ Jobs: typeof Jobs }>('kit', 'jobs.js')));
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'deep-inside-kit-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Silent, since what the programs print here looks like the end of a test run. */
  const jobsUntil = (deadline: number, only = '', each = Infinity) =>
    new Jobs({ folder, deadline, each, only, show: () => undefined, host });
  const host = { name: 'here', gpus: null };
  const shell = (script: string) => ['sh', ['-c', script], { wanted: true }] as const;
  const counts = ({ passed, failed, skipped, said }: Job) => [passed, failed, skipped, said];

  it('counts what a test run says last, else whether a program ended well', async () => {
    const jobs = jobsUntil(Infinity);
    const tested = await jobs.run(
      'tests',
      ...shell("echo '1 passed, 0 failed, 0 skipped'; echo '5 passed, 0 failed, 2 skipped'"),
    );
    assert.deepEqual(counts(tested), [5, 0, 2, '']);
    assert.deepEqual(counts(await jobs.run('built', ...shell('true'))), [1, 0, 0, '']);
    assert.deepEqual(counts(await jobs.run('broken', ...shell('exit 3'))), [0, 1, 0, 'ended with 3']);
    assert.deepEqual(counts(await jobs.run('absent', '/absent', [], { wanted: true })), [
      0,
      1,
      0,
      'ended with spawn /absent ENOENT',
    ]);
    const aborted = await jobs.run('aborted', ...shell("echo '5 passed, 0 failed, 0 skipped'; kill -ABRT $$"));
    assert.deepEqual(counts(aborted), [5, 1, 0, 'ended with SIGABRT']);
    assert.deepEqual(
      jobs.all.map(({ job }) => job),
      ['tests', 'built', 'broken', 'absent', 'aborted'],
    );
  });

  it('counts a crash or a bad end as one failure more, whatever was skipped', async () => {
    const jobs = jobsUntil(Infinity);
    const end = async (job: string, said: string, then: string) =>
      counts(await jobs.run(job, ...shell(`echo '${said}'; ${then}`)));
    assert.deepEqual(await end('crash', '3 passed, 0 failed, 5 skipped', 'kill -SEGV $$'), [
      3,
      1,
      5,
      'ended with SIGSEGV',
    ]);
    assert.deepEqual(await end('both', '3 passed, 2 failed, 5 skipped', 'kill -SEGV $$'), [
      3,
      3,
      5,
      'ended with SIGSEGV',
    ]);
    assert.deepEqual(await end('all skipped', '0 passed, 0 failed, 5 skipped', 'kill -SEGV $$'), [
      0,
      1,
      5,
      'ended with SIGSEGV',
    ]);
    assert.deepEqual(await end('bad', '3 passed, 0 failed, 5 skipped', 'exit 1'), [3, 1, 5, 'ended with 1']);
    assert.deepEqual(await end('failed', '3 passed, 2 failed, 5 skipped', 'exit 2'), [3, 2, 5, '']);
    assert.deepEqual(await end('nothing to run', '0 passed, 0 failed, 5 skipped', 'exit 1'), [0, 0, 5, '']);
  });

  it('keeps what has ended: another run does not repeat it', async () => {
    const first = await jobsUntil(Infinity).run('unit/net', ...shell('echo once'));
    assert.equal(readFileSync(join(folder, 'unit-net.log'), 'utf8'), 'once\n');
    const again = jobsUntil(Infinity);
    const { said, ...kept } = await again.run('unit/net', ...shell('exit 1'));
    assert.deepEqual({ ...kept, said: '' }, first);
    assert.match(said, /^kept of here, no GPU, \d{4}-\d\d-\d\d$/);
    assert.equal(readFileSync(join(folder, 'unit-net.log'), 'utf8'), 'once\n');
  });

  it('at its deadline ends a job with all that it started, keeps its log, and the next run repeats it', async () => {
    const jobs = jobsUntil(performance.now() + 500);
    const began = performance.now();
    assert.deepEqual(counts(await jobs.run('slow', ...shell('echo begun; sleep 50 & wait'))), [
      0,
      0,
      0,
      'stopped: no time left',
    ]);
    assert.ok(performance.now() - began < 40_000, 'sleep holds the pipe until it is ended');
    assert.equal(readFileSync(join(folder, 'slow.log'), 'utf8'), 'begun\n');
    assert.deepEqual(counts(await jobs.run('next', ...shell('true'))), [0, 0, 0, 'not run: no time left']);
    assert.ok(!existsSync(join(folder, 'slow.json')));
    const later = await jobsUntil(Infinity).run('slow', 'true', [], { wanted: false });
    assert.deepEqual(counts(later), [0, 0, 0, 'stopped before its end']);
    assert.deepEqual(counts(await jobsUntil(Infinity).run('slow', ...shell('true'))), [1, 0, 0, '']);
  });

  it('ends a job that takes longer than each may, which has then failed and is not repeated', async () => {
    const jobs = jobsUntil(performance.now() + 50_000, '', 0.5);
    const hangs = shell("echo '3 passed, 0 failed, 5 skipped'; sleep 50 & wait");
    const stopped = await jobs.run('hangs', ...hangs);
    assert.deepEqual(counts(stopped), [3, 1, 5, 'stopped after 0.5 s']);
    const [command, args] = shell('sleep 1');
    assert.deepEqual(counts(await jobs.run('own', command, args, { wanted: true, each: 50 })), [1, 0, 0, '']);
    const { said } = await jobsUntil(Infinity).run('hangs', ...hangs);
    assert.match(said, /^stopped after 0\.5 s; kept of here, /);
  });

  it('knows which jobs are due', async () => {
    const jobs = jobsUntil(Infinity, 'paper');
    const due = (job: string, wanted = true) => jobs.isDue(job, { wanted });
    assert.deepEqual([due('bench/paper'), due('bench/paper', false), due('bench/vgg16')], [true, false, false]);
    await jobs.run('bench/paper', ...shell('false'));
    assert.equal(due('bench/paper'), false);
    assert.equal(jobsUntil(performance.now()).isDue('bench/squeezenet', { wanted: true }), false);
  });

  it('lists what is not wanted or cannot be run', async () => {
    const jobs = jobsUntil(Infinity);
    assert.deepEqual(counts(await jobs.run('bench', 'false', [], { wanted: false })), [0, 0, 0, 'not run']);
    assert.deepEqual(counts(jobs.skip('gpu', 'no GPU')), [0, 0, 1, 'no GPU']);
    const paper = jobsUntil(Infinity, 'paper');
    assert.deepEqual(counts(await paper.run('bench/vgg16', ...shell('true'))), [0, 0, 0, 'not run']);
    assert.deepEqual(counts(await paper.run('bench/paper', ...shell('true'))), [1, 0, 0, '']);
  });
});
