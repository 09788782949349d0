import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repository } from '../../support/shared.js';

const cpuOnly = 'deep-inside: building CPU only; found: oneDNN 3.5.1; missing: cuDNN 9 (set CUDNN_ROOT)';
const both = 'deep-inside: building CPU + CUDA; found: oneDNN 3.5.1, nvcc 13.0, cuDNN 9.24.0, cuBLASLt 13.1.1';
const card = 'NVIDIA H200, 580.1, 143771 MiB, 9.0';

describe('scripts/kit/run', function () {
  this.timeout(60_000);
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'deep-inside-run-'));
    cpSync(join(repository, 'scripts/kit/run'), join(root, 'run'));
    write('work/kit/lib/libdnnl.so.3', '');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  function program(path: string, script: string): void {
    write(path, `#!/bin/sh\n${script}\n`);
    chmodSync(join(root, path), 0o755);
  }

  /** Nothing that the environment says of builds may leak in. */
  function run(...args: string[]) {
    const env = { ...process.env };
    for (const name of Object.keys(env)) if (name.startsWith('DEEP_INSIDE_')) delete env[name];
    return spawnSync('bash', [join(root, 'run'), ...args], { env, encoding: 'utf8' });
  }

  it('--help shows what it does and needs, and writes nothing', () => {
    rmSync(join(root, 'work'), { recursive: true });
    const { status, stdout, stderr } = run('--help');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^Builds, tests and measures.*\n\n {2}bash run {3,}all steps, then a table\n/s);
    assert.match(stdout, /(for those here|those here)\)\.\n$/);
    assert.deepEqual(readdirSync(root), ['run']);
  });

  for (const [args, said] of [
    [['--limit'], '--limit needs a number of seconds, such as --limit 540'],
    [['--each', '0', 'gpu'], '--each needs a number of seconds, such as --each 540'],
    [['--only'], '--only needs a part of the names of jobs, such as --only paper'],
    [
      ['bench', 'speed'],
      'speed is none of build, test, gpu, bench, table, --limit SECONDS, --each SECONDS, --only TEXT, --help',
    ],
    [['--limit', '1.5', '--only', 'paper', 'build', 'test', 'gpu', 'bench', 'table'], 'kit.tar.xz must lie in ROOT'],
  ] as const) {
    it(`says in one line what is wrong: ${args.join(' ')}`, () => {
      rmSync(join(root, 'work'), { recursive: true });
      const { status, stdout, stderr } = run(...args);
      assert.deepEqual([status, stdout, stderr], [1, '', `run: ${said.replace('ROOT', root)}\n`]);
      assert.deepEqual(readdirSync(root), ['run']);
    });
  }

  it('says in one line that a library of the machine is too old', () => {
    program('work/kit/bin/ldd', 'echo "node: /lib/libc.so.6: version \'GLIBC_2.99\' not found (required by node)"');
    const { status, stderr } = run('table');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^run: this system's glibc .* is older .*version 'GLIBC_2\.99' not found \(required by node\)\n$/,
    );
  });

  it("says in one line that the kit's Node does not start", () => {
    program('work/kit/bin/node', "echo 'node: libc.so.6: too old' >&2; exit 1");
    const { status, stderr } = run('table');
    assert.deepEqual([status, stderr], [1, "run: the kit's Node does not start here: node: libc.so.6: too old\n"]);
  });

  describe('with results from other machines', () => {
    beforeEach(() => {
      const tree = 'work/deep-inside';
      for (const path of ['scripts', 'bench', 'package.json', 'build/test/support/summary.js'])
        cpSync(join(repository, path), join(root, tree, path), { recursive: true });
      symlinkSync(join(repository, 'node_modules'), join(root, tree, 'node_modules'));
      const reason = "[{ kind: 'cuda', reason: 'cuda: no driver' }]";
      write(`${tree}/dist/index.js`, `export const describeDevices = async () => ${reason};`);
      for (const folder of ['unit', 'unit/net', 'gpu'])
        write(`${tree}/build/test/${folder}/some.test.js`, "it('works', () => undefined);");
      mkdirSync(join(root, 'work/kit/bin'), { recursive: true });
      symlinkSync(process.execPath, join(root, 'work/kit/bin/node'));
      // Beside Node on the PATH: `cmake` configures to what the file `line` says, and lists what it compiles.
      program(
        'work/kit/bin/cmake',
        `mkdir -p build/Release
case $1 in
  --build) touch build/Release/deep_inside_cpu.node; cat build/Release/build-summary.txt >> ../compiled ;;
  *) cp ../line build/Release/build-summary.txt ;;
esac`,
      );
    });

    /** What is found for the build and in nvidia-smi; the rows of the table by job: passed, failed, skipped, said. */
    function runOn(line: string, gpu: string | null, ...steps: string[]) {
      write('work/line', `${line}\n`);
      program('work/kit/bin/nvidia-smi', gpu === null ? 'exit 9' : `echo '${gpu}'`);
      const { stdout, stderr } = run(...steps);
      const table = stdout.slice(stdout.lastIndexOf('\njob '));
      assert.notEqual(table, '', stderr);
      const rows = table.split('\n').map((row) => row.split(/ {2,}/));
      return (job: string) => {
        const [, passed, failed, skipped, , said] =
          rows.find(([name]) => name === job) ?? assert.fail(`${job}: ${stdout}`);
        return { counts: [passed, failed, skipped].map(Number), said: said ?? '' };
      };
    }
    const compiled = () => readFileSync(join(root, 'work/compiled'), 'utf8').trim().split('\n');

    it('builds again where CUDA could not be built and now can, and where not, not', () => {
      runOn(cpuOnly, null, 'build');
      assert.match(runOn(cpuOnly, null, 'build')('build').said, /^kept of .*, no GPU, \d{4}-\d\d-\d\d$/);
      assert.deepEqual(compiled(), [cpuOnly]);
      assert.equal(runOn(both, null, 'build')('build').said, '');
      assert.deepEqual(compiled(), [cpuOnly, both]);
    });

    it('builds for the GPU that is there unless it was built for all, and never loses CUDA', () => {
      runOn(both, null, 'build');
      for (const [line, gpu] of [
        [both, card],
        [cpuOnly, null],
      ] as const)
        assert.match(runOn(line, gpu, 'build')('build').said, /no GPU/);
      assert.deepEqual(compiled(), [both]);
      runOn(both, 'Tesla V100, 1, 2, 7.0', 'build');
      assert.deepEqual(compiled(), [both, both]);
    });

    it('tests again where the GPU is, not on the way back, and the table says where that was', () => {
      runOn(both, null, 'build', 'test');
      assert.match(runOn(both, null, 'test')('test/unit/net').said, /^kept of .*, no GPU, /);
      assert.deepEqual(runOn(both, card, 'test')('test/unit/net'), { counts: [1, 0, 0], said: '' });
      for (const step of ['test', 'table'])
        assert.match(runOn(both, null, step)('test/unit/net').said, /^kept of .*, NVIDIA H200, /);
    });

    it('says what is to be built first, and what was stopped', () => {
      assert.deepEqual(runOn(both, null, 'bench')('bench'), { counts: [0, 0, 1], said: 'build first: bash run build' });
      write('results/build.log', 'half of it');
      assert.equal(runOn(both, null, 'table')('build').said, 'stopped before its end');
    });
  });
});
