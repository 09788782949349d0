import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repository } from '../../support/shared.js';

function run(name: string, ...args: string[]) {
  return spawnSync(process.execPath, [join(repository, 'bench', name), ...args], { encoding: 'utf8' });
}

describe('bench/flags', function () {
  this.timeout(60_000);

  for (const name of [
    'compare.js',
    'cuts.js',
    'gpu.js',
    'gpu-cuts.js',
    'growth.js',
    'profile.js',
    'event-loop.js',
    'document.js',
  ]) {
    it(`${name} --help shows its flags`, () => {
      const { status, stdout, stderr } = run(name, '--help');
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, new RegExp(`^Usage: node bench/${name} `));
    });

    it(`${name} refuses a flag that it does not know in one line`, () => {
      const { status, stdout, stderr } = run(name, '--helq');
      assert.deepEqual([status, stdout], [2, '']);
      assert.equal(stderr, `${name}: unknown option '--helq' (Did you mean --help?)\n`);
    });
  }

  it('gpu.js --help says each default as it would be typed', () => {
    const text = run('gpu.js', '--help').stdout.replaceAll(/\s+/g, ' ');
    assert.match(text, /--nets <list> of [^(]* \(default: paper,vgg16,squeezenet1_0\)/);
    assert.match(text, /--device <kind> [^(]* \(default: cuda\)/);
    assert.match(text, /--batches <list> .*default: 1,10,32,128, with --quick 1,128 --/);
    assert.match(text, /--minutes <n> of the whole run: then no row begins --/);
  });

  it('gpu.js without a GPU says in one line what is missing, and fails', () => {
    const env = { ...process.env, CUDA_VISIBLE_DEVICES: '' };
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, 'bench', 'gpu.js')], {
      env,
      encoding: 'utf8',
    });
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /^gpu\.js: no usable cuda device, nothing was measured: cuda: [^\n]+\n$/);
  });

  it('document.js refuses a file that is missing, or no JSON, in one line', () => {
    for (const [flag, file] of [
      ['--compare', 'nope.json'],
      ['--growth', join(repository, 'README.md')],
    ] as const) {
      const { status, stderr } = run('document.js', flag, file);
      assert.equal(status, 2);
      assert.match(stderr, /^document\.js: [^\n]+\n$/);
      assert.ok(stderr.startsWith(`document.js: ${file} must be what a --json wrote, and it cannot be read: `), stderr);
    }
  });

  const wrong: [args: string[], message: RegExp][] = [
    [['--rounds', '0'], /--rounds.*'0'.*at least 1/],
    [['--threads', '1,two'], /--threads.*'1,two'.*at least 1/],
    [['--minutes', '-1'], /--minutes.*'-1'.*at least 0/],
    [['--configurations', 'fast'], /--configurations.*'fast' is none of default, tuned/],
    [['--nets', 'papr'], /--nets.*papr is none of paper,.*--googlenet FILE/],
    [['--python', '/absent/python'], /--python: \/absent\/python cannot be started \(ENOENT\)/],
    [['--python', process.execPath], /--python: .* is no Python interpreter/],
  ];
  for (const [args, message] of wrong) {
    it(`compare.js refuses ${args[0]} ${args[1] === process.execPath ? 'node' : args[1]} in one line`, () => {
      const { status, stderr } = run('compare.js', ...args);
      assert.equal(status, 2);
      assert.match(stderr, /^compare\.js: [^\n]+\n$/);
      assert.match(stderr, message);
    });
  }
});
