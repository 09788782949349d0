import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repository } from '../../support/shared.js';

/** A repository with three tests, whose library says that `device` is what there is of CUDA. */
function standIn(root: string, device: { usable: boolean; reason: string | null }): void {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const described = { kind: 'cuda', name: 'a card', versions: 'CUDA 1.2', ...device };
  write('package.json', '{ "type": "module" }');
  write('dist/index.js', `export const describeDevices = async () => [${JSON.stringify(described)}];`);
  for (const path of [
    'scripts/test-gpu.js',
    'scripts/gpu-tests.js',
    'scripts/mocha.js',
    'bench/measure/driver.js',
    'bench/report/table.js',
    'build/test/support/summary.js',
  ])
    cpSync(join(repository, path), join(root, path), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  write('build/test/unit.test.js', "it('works', () => undefined); it('is skipped');");
  for (const name of ['element-wise', 'operations', 'weighted', 'small-networks'])
    write(`build/test/gpu/${name}.test.js`, `it('${name}', () => undefined);`);
  write(
    'build/test/gpu/demand.test.js',
    "it('is demanded', () => process.env.DEEP_INSIDE_DEMAND === 'cuda' || fail());",
  );
}

describe('scripts/test-gpu.js', function () {
  this.timeout(60_000);
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'deep-inside-gpu-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** With a compute-sanitizer of three lines, or with none. */
  function run(args: string[], sanitizer: string | null) {
    if (sanitizer !== null) {
      writeFileSync(join(root, 'compute-sanitizer'), `#!/bin/sh\n[ "$1" = --version ] && exit 0\n${sanitizer}\n`);
      chmodSync(join(root, 'compute-sanitizer'), 0o755);
    }
    const env = { ...process.env, PATH: `${root}:${process.env['PATH']}`, CUDA_HOME: root };
    return spawnSync(process.execPath, [join(root, 'scripts/test-gpu.js'), ...args], { env, encoding: 'utf8' });
  }

  it('without a GPU says in one line what is missing, and fails', () => {
    standIn(root, { usable: false, reason: 'cuda: no usable GPU:\nno driver' });
    const { status, stdout, stderr } = run([], null);
    const line = 'test-gpu: no usable CUDA device, nothing was tested: cuda: no usable GPU: no driver\n';
    assert.deepEqual([status, stdout, stderr], [1, '', line]);
  });

  it('--help shows its steps, also without a GPU', () => {
    standIn(root, { usable: false, reason: 'no driver' });
    const { status, stdout, stderr } = run(['--help'], null);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(
      stdout,
      /^Proves the CUDA backend .*\n\n {2}node scripts\/test-gpu\.js \[suite\].*\nsuite {6}every test/s,
    );
    assert.doesNotMatch(stdout, /^ ?\*|import/m);
  });

  it('refuses a step that it does not know', () => {
    const { status, stderr } = run(['speed'], (standIn(root, { usable: true, reason: null }), null));
    assert.deepEqual([status, stderr.split(',')[0]], [1, 'test-gpu: speed is none of suite']);
  });

  it('takes one file of a step, and refuses one that the step does not have', () => {
    standIn(root, { usable: true, reason: null });
    const { stdout } = run(['proofs/weighted', 'memcheck/operations'], 'echo "$*"; echo "= ERROR SUMMARY: 0 errors"');
    assert.match(stdout, /^proofs\/weighted +1 +0 +0 /m);
    assert.match(stdout, /^--tool memcheck .*[^,]gpu\/operations\.test\.js$/m);
    assert.match(stdout, /\n2 passed, 0 failed, 0 skipped\n$/);
    const { status, stderr } = run(['memcheck/memory'], null);
    assert.equal(status, 1);
    assert.match(stderr, /^test-gpu: memcheck has no memory, only element-wise, [^\n]+\n$/);
  });

  it('runs every step, demands CUDA, and counts a clean sanitizer as passed', () => {
    standIn(root, { usable: true, reason: null });
    const { status, stdout } = run([], "echo '========= ERROR SUMMARY: 0 errors'");
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^suite +1 +0 +1 /m);
    assert.match(stdout, /^proofs +5 +0 +0 /m);
    assert.match(stdout, /^memcheck +1 +0 +0 +\d+ +ERROR SUMMARY: 0 errors$/m);
    assert.match(stdout, /\n9 passed, 0 failed, 1 skipped\n$/);
  });

  it('fails where a sanitizer finds something, or a test ends its process', () => {
    standIn(root, { usable: true, reason: null });
    const found = run(['memcheck'], "echo '========= ERROR SUMMARY: 2 errors'; exit 9");
    assert.deepEqual([found.status, found.stdout.split('\n').at(-2)], [1, '0 passed, 1 failed, 0 skipped']);
    writeFileSync(join(root, 'build/test/gpu/abort.test.js'), "it('aborts', () => process.abort());");
    const ended = run(['proofs'], null);
    assert.equal(ended.status, 1);
    assert.match(ended.stdout, /^proofs +\d+ +1 +0 +\d+ +ended with SIGABRT$/m);
  });
});
