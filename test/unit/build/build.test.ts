import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ended } from '../../support/command-line.js';
import { StandIn } from '../../support/build-stand-in.js';

const load = createRequire(import.meta.url);
const noSystemOneDnn = '-DCMAKE_DISABLE_FIND_PACKAGE_ONEDNN=ON';

function has(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

describe('scripts/build.js', function () {
  this.timeout(300_000);
  let project: StandIn;
  beforeEach(() => (project = new StandIn()));
  afterEach(() => project.remove());

  it('without oneDNN and CUDA exits 1 with one line that names the package, and no compiler speaks', () => {
    const { status, stdout, stderr } = project.build({ CUDACXX: '/bin/false' }, noSystemOneDnn);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
    assert.match(stderr, /^deep-inside: nothing can be built; found: nothing; missing: oneDNN 2\.6 or newer/);
    assert.match(stderr, /install libdnnl-dev or set ONEDNN_ROOT/);
    assert.match(stderr, /a working nvcc \(\/bin\/false could not build a test program\)/);
    assert.equal(project.summary(), stderr.trim());
  });

  it('without CMake, compiler and make exits 1 naming all three', () => {
    mkdirSync(join(project.root, 'bin'));
    symlinkSync(process.execPath, join(project.root, 'bin', 'node'));
    const { status, stderr } = project.build({ PATH: join(project.root, 'bin') });
    assert.equal(status, 1);
    assert.match(stderr, /missing: CMake 3\.21 or newer \(install cmake\), a C\+\+17 compiler \(install g\+\+\), make/);
  });

  it('refuses a DEEP_INSIDE_CUDA that it does not know', () => {
    const { status, stderr } = project.build({ DEEP_INSIDE_CUDA: 'yes' });
    assert.equal(status, 1);
    assert.equal(stderr, 'deep-inside: DEEP_INSIDE_CUDA must be AUTO, ON or OFF, got YES\n');
  });

  it('makes no module for tests, which needs no GPU and would be taken for one', () => {
    const { status, stderr } = project.build({ DEEP_INSIDE_CUDA: 'OFF' }, '-DDEEP_INSIDE_CUDA_ON_HOST=ON');
    assert.equal(status, 1);
    assert.match(stderr, /DEEP_INSIDE_CUDA_ON_HOST is for tests, and makes nothing/);
    assert.ok(!existsSync(project.module('cuda')));
  });

  it('prefers ONEDNN_ROOT to the system, takes 3.x, and does not build twice what is up to date', () => {
    const environment = { ONEDNN_ROOT: project.install('onednn'), DEEP_INSIDE_CUDA: 'OFF' };
    const first = project.build(environment);
    assert.equal(first.status, 0, first.stderr);
    const line = 'deep-inside: building CPU only (DEEP_INSIDE_CUDA=OFF); found: oneDNN 3.5.1; missing: nothing';
    assert.equal(first.stdout.trim(), line);
    assert.deepEqual({ ...(load(project.module('cpu')) as object) }, { answer: 42, backend: 'cpu' });

    const built = statSync(project.module('cpu')).mtimeMs;
    assert.equal(project.build(environment).stdout, first.stdout);
    assert.equal(statSync(project.module('cpu')).mtimeMs, built);
  });

  it('waits for another one in the same tree, and says so; not for one that was killed', async () => {
    const environment = { ONEDNN_ROOT: project.install('onednn'), DEEP_INSIDE_CUDA: 'OFF' };
    const lock = join(project.root, 'build', 'lock');
    const killed = spawnSync('true').pid;
    project.write('build/lock', String(killed));
    const first = project.start(environment);
    const firstEnds = ended(first);
    // The lock of the killed one goes at a moment of its own.
    const holder = () => readFile(lock, 'utf8').catch(() => '');
    while ((await holder()) !== String(first.pid)) await wait(5);
    const second = await ended(project.start(environment));
    const { code, stdout, stderr } = await firstEnds;
    assert.deepEqual([code, stderr, second.code, second.stdout], [0, '', 0, stdout]);
    const line = `deep-inside: process ${first.pid} builds here; waiting for its end (if it builds no more, remove `;
    assert.equal(second.stderr, `${line}${lock})\n`);
    assert.deepEqual(
      readdirSync(join(project.root, 'build')).filter((name) => name.startsWith('lock')),
      [],
    );
    assert.deepEqual({ ...(load(project.module('cpu')) as object) }, { answer: 42, backend: 'cpu' });
  });

  it('stops when DEEP_INSIDE_CUDA=ON cannot be met, and says what is missing', () => {
    const environment = { ONEDNN_ROOT: project.install('onednn'), DEEP_INSIDE_CUDA: 'ON', CUDACXX: '/bin/false' };
    const { status, stderr } = project.build(environment);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^deep-inside: DEEP_INSIDE_CUDA=ON cannot be met; found: oneDNN 3\.5\.1; missing: a working nvcc/,
    );
  });

  const nvcc = has('nvcc');
  it(`builds for the CPU alone where the CUDA sources do not compile${nvcc ? '' : ' (skipped: no nvcc)'}`, function () {
    if (!nvcc) this.skip();
    const environment = {
      ONEDNN_ROOT: project.install('onednn'),
      CUDNN_ROOT: project.install('cudnn'),
      CUBLAS_ROOT: project.install('cublas'),
      DEEP_INSIDE_CUDA_ARCHITECTURES: '90-real',
    };
    const { status, stdout, stderr } = project.build(environment);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /building CPU only \(the CUDA sources did not compile, see build\/build\.log\)/);
    assert.match(stdout, /found: oneDNN 3\.5\.1, nvcc [\d.]+, cuDNN 9\.24\.0, cuBLASLt 13\.1\.1; missing: nothing/);
    assert.ok(existsSync(project.module('cpu')));
    assert.ok(!existsSync(project.module('cuda')));
  });
});
