import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importScript } from '../../support/bench.js';

/** What a step asks of its jobs (scripts/kit/jobs.js). */
interface Jobs {
  run(job: string, command: string, args: readonly string[], options: { wanted: boolean }): void;
  isDue(job: string, options: { wanted: boolean }): boolean;
  skip(job: string, reason: string): void;
}
type Step = (jobs: Jobs, options: { wanted: boolean; results: string; host: object }) => Promise<void>;

describe('scripts/kit/steps', function () {
  this.timeout(60_000);
  let steps: { bench: Step; gpu: Step };
  let folder: string;
  const kept = { python: process.env['DEEP_INSIDE_PYTHON'], cuda: process.env['CUDA_HOME'] };
  before(async () => ({ steps } = await importScript<{ steps: typeof steps }>('kit', 'steps.js')));
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'deep-inside-steps-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
    restore('DEEP_INSIDE_PYTHON', kept.python);
    restore('CUDA_HOME', kept.cuda);
  });

  function restore(name: string, value: string | undefined): void {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }

  function program(path: string, script: string): string {
    writeFileSync(join(folder, path), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, path), 0o755);
    return join(folder, path);
  }

  /** The jobs of a step on a machine with a GPU, by name, and the reasons of those that it skips. */
  async function jobsOf(
    step: Step,
    { ended, wanted = true }: { ended?: (job: string) => boolean; wanted?: boolean } = {},
  ) {
    const [started, skipped] = [new Map<string, readonly string[]>(), new Map<string, string>()];
    const jobs: Jobs = {
      run: (job, _, args) => void started.set(job, args),
      isDue: (job, options) => options.wanted && !ended?.(job),
      skip: (job, reason) => void skipped.set(job, reason),
    };
    await step(jobs, { wanted, results: folder, host: { gpus: 'a card', architectures: '90-real' } });
    return { names: [...started.keys()], started, skipped: [...skipped] };
  }

  describe('bench', () => {
    const isCompiled = (name: string) => name.includes('-compiled-');

    it('without PyTorch says once why it compiles nothing, and measures the rest', async () => {
      process.env['DEEP_INSIDE_PYTHON'] = '/absent/python';
      const { names, skipped } = await jobsOf(steps.bench);
      assert.deepEqual(skipped, [['bench/compiled', '/absent/python is not there']]);
      assert.deepEqual([names.length, names.filter(isCompiled)], [18, []]);
    });

    it('with a PyTorch that cannot compile repeats its own words', async () => {
      process.env['DEEP_INSIDE_PYTHON'] = program('python', '[ "$1" = -c ] || echo PyTorch 9 finds no CUDA device');
      const { skipped } = await jobsOf(steps.bench);
      assert.deepEqual(skipped, [['bench/compiled', 'PyTorch 9 finds no CUDA device']]);
      process.env['DEEP_INSIDE_PYTHON'] = program('python', '[ "$1" = -c ] || kill -SEGV $$');
      const [[, reason]] = (await jobsOf(steps.bench)).skipped as [[string, string]];
      assert.match(reason, /python ended with SIGSEGV when it was to compile$/);
    });

    it('with PyTorch measures what is compiled alone, once each, the goals of batch 1 and 128 first', async () => {
      process.env['DEEP_INSIDE_PYTHON'] = program('python', `echo asked >> ${join(folder, 'asked')}`);
      const { names, started, skipped } = await jobsOf(steps.bench);
      assert.deepEqual([names.length, names.filter(isCompiled).length, skipped], [54, 36, []]);
      assert.deepEqual(names[0], 'bench/paper-float32-1-128');
      assert.ok(
        names.indexOf('bench/squeezenet1_0-bfloat16-compiled-128') < names.indexOf('bench/paper-float32-10-32'),
      );
      const flags = (job: string) => started.get(job)!.join(' ');
      assert.match(
        flags('bench/vgg16-tf32-compiled-10'),
        /--nets vgg16 --precisions tf32 --batches 10 --compilers alone/,
      );
      assert.match(flags('bench/vgg16-tf32-10-32'), /--batches 10,32 --compilers none/);
      for (const name of names) assert.match(flags(name), / --keep build\/bench\/a-card /);
    });

    it('asks nothing of PyTorch where no job waits for the answer', async () => {
      process.env['DEEP_INSIDE_PYTHON'] = '/absent/python';
      for (const options of [{ ended: isCompiled }, { wanted: false }]) {
        const { names, skipped } = await jobsOf(steps.bench, options);
        assert.deepEqual([names.length, skipped], [54, []]);
      }
    });
  });

  describe('gpu', () => {
    it('is a job for each file of test/gpu, proofs first, and for each of those that a sanitizer takes', async () => {
      process.env['CUDA_HOME'] = folder;
      mkdirSync(join(folder, 'bin'));
      program('bin/compute-sanitizer', 'true');
      const { names, started, skipped } = await jobsOf(steps.gpu);
      assert.deepEqual(skipped, []);
      const tools = names.map((name) => name.split('/')[1]!);
      assert.deepEqual([...new Set(tools)], ['proofs', 'memcheck', 'initcheck', 'racecheck']);
      assert.ok(names.includes('gpu/proofs/memory') && !names.includes('gpu/memcheck/memory'));
      assert.deepEqual(started.get('gpu/initcheck/weighted'), ['scripts/test-gpu.js', 'initcheck/weighted']);
    });
  });
});
