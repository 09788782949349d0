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
    assert.equal(stderr, 'deep-inside: DEEP_INSIDE_CUDA must be AUTO, ON or OFF, got yes\n');
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
    assert.equal(first.stdout, 'deep-inside: building CPU only (DEEP_INSIDE_CUDA=OFF); found: oneDNN 3.5.1\n');
    const time = '1 to 2 minutes on two cores; what the compiler says is kept in build/build.log';
    assert.equal(first.stderr, `deep-inside: compiling, ${time}\n`);
    assert.deepEqual({ ...(load(project.module('cpu')) as object) }, { answer: 42, backend: 'cpu' });

    const built = statSync(project.module('cpu')).mtimeMs;
    const second = project.build(environment);
    assert.deepEqual([second.stdout, second.stderr], [first.stdout, '']);
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
    assert.deepEqual([code, second.code, second.stdout], [0, 0, stdout]);
    assert.match(stderr, /^deep-inside: compiling, [^\n]*\n$/);
    const line = `deep-inside: process ${first.pid} builds here; waiting for its end (if it builds no more, remove `;
    assert.equal(second.stderr, `${line}${lock})\n`);
    assert.deepEqual(
      readdirSync(join(project.root, 'build')).filter((name) => name.startsWith('lock')),
      [],
    );
    assert.deepEqual({ ...(load(project.module('cpu')) as object) }, { answer: 42, backend: 'cpu' });
  });

  it('stops when DEEP_INSIDE_CUDA=ON cannot be met, says what is missing, and leaves what was compiled', () => {
    const environment = { ONEDNN_ROOT: project.install('onednn'), CUDACXX: '/bin/false' };
    assert.equal(project.build({ ...environment, DEEP_INSIDE_CUDA: 'OFF' }).status, 0);
    const objects = () => project.objects().map((path) => [path, statSync(path).mtimeMs]);
    const compiled = objects();
    const { status, stderr } = project.build({ ...environment, DEEP_INSIDE_CUDA: 'ON' });
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^deep-inside: DEEP_INSIDE_CUDA=ON cannot be met; found: oneDNN 3\.5\.1; missing: a working nvcc/,
    );
    assert.equal(project.build({ ...environment, DEEP_INSIDE_CUDA: 'OFF' }).status, 0);
    assert.ok(compiled.length > 0);
    assert.deepEqual(objects(), compiled);
  });

  const nowhere = '/nonexistent';
  it('takes no other oneDNN and no other toolkit than the folders that are named', () => {
    const { status, stderr } = project.build({ ONEDNN_ROOT: nowhere, CUDA_HOME: nowhere });
    assert.equal(status, 1);
    const oneDnn = 'oneDNN 2.6 or newer (ONEDNN_ROOT=/nonexistent holds no include/oneapi/dnnl/dnnl.hpp)';
    const missing = `${oneDnn}, nvcc (CUDA_HOME=/nonexistent holds no bin/nvcc)`;
    assert.equal(stderr, `deep-inside: nothing can be built; found: nothing; missing: ${missing}\n`);
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
    assert.match(stdout, /found: oneDNN 3\.5\.1, nvcc [\d.]+, cuDNN 9\.24\.0, cuBLASLt 13\.1\.1$/m);
    assert.ok(existsSync(project.module('cpu')));
    assert.ok(!existsSync(project.module('cuda')));
  });

  it(`takes no cuDNN and cuBLASLt but the named ones${nvcc ? '' : ' (skipped: no nvcc)'}`, function () {
    if (!nvcc) this.skip();
    mkdirSync(join(project.root, 'include'));
    project.write('include/cudnn_version.h', '');
    const environment = { ONEDNN_ROOT: project.install('onednn'), CUDNN_ROOT: project.root, CUBLAS_ROOT: nowhere };
    const { status, stderr } = project.build({ ...environment, DEEP_INSIDE_CUDA: 'ON' });
    assert.equal(status, 1);
    const cudnn = `cuDNN 9 (CUDNN_ROOT=${project.root} holds no lib/libcudnn.so)`;
    const missing = `${cudnn}, cuBLASLt 12 or newer (CUBLAS_ROOT=/nonexistent holds no include/cublasLt.h)`;
    assert.ok(stderr.endsWith(`; missing: ${missing}\n`), stderr);
  });

  it('says how old a oneDNN is that is too old', () => {
    const root = project.install('onednn');
    project.write(
      'onednn/include/oneapi/dnnl/dnnl_version.h',
      '#define DNNL_VERSION_MAJOR 1\n#define DNNL_VERSION_MINOR 8',
    );
    const { stderr } = project.build({ ONEDNN_ROOT: root, DEEP_INSIDE_CUDA: 'OFF' });
    assert.match(stderr, /missing: oneDNN 2\.6 or newer \(.*onednn\/lib\/libdnnl\.so\.3 is 1\.8/);
  });

  it("names NVIDIA's wheels for the nvcc that is there", () => {
    const wheels = (version: string) => {
      project.write(
        'wheels.cmake',
        `include(cmake/Installation.cmake)\ndeep_inside_wheels(a b ${version})\nmessage("\${a} \${b}")`,
      );
      return spawnSync('cmake', ['-P', 'wheels.cmake'], { cwd: project.root, encoding: 'utf8' }).stderr.trim();
    };
    assert.equal(wheels('12.8.93'), 'nvidia-cudnn-cu12 nvidia-cublas-cu12');
    assert.equal(wheels('13.0.88'), 'nvidia-cudnn-cu13 nvidia-cublas');
  });
});
