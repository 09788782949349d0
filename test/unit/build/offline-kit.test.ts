import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../../support/shared.js';

describe('scripts/offline-kit', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'deep-inside-offline-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(args: string[], path = process.env['PATH']) {
    const env = { ...process.env, PATH: path };
    return spawnSync('bash', [join(repository, 'scripts', 'offline-kit'), ...args], {
      env,
      cwd: folder,
      encoding: 'utf8',
    });
  }

  it('--help shows what it does, and builds nothing', () => {
    const { status, stdout, stderr } = run(['--help']);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^Packs what a machine .*`scripts\/offline-kit \[FOLDER\]` writes .*was built with\.\n$/s);
  });

  it('takes no option and no second folder for its folder', () => {
    const usage = 'usage: scripts/offline-kit [FOLDER]\n';
    for (const [args, said] of [
      [['-x'], '-x is no folder'],
      [['a', 'b'], 'more than one folder'],
    ] as const) {
      const { status, stdout, stderr } = run([...args]);
      assert.deepEqual([status, stdout, stderr], [1, '', `offline-kit: ${said}; ${usage}`]);
    }
  });

  it('refuses a Node whose libraries the other machine may lack', () => {
    const make = (...args: string[]) => assert.equal(spawnSync('g++', args, { cwd: folder }).status, 0);
    writeFileSync(join(folder, 'library.cc'), 'int start() { return 0; }');
    writeFileSync(join(folder, 'node.cc'), 'int start(); int main() { return start(); }');
    make('-shared', '-fPIC', '-Wl,-soname,libnode.so.108', 'library.cc', '-o', 'libnode.so.108');
    make('node.cc', 'libnode.so.108', '-o', 'linked');
    writeFileSync(join(folder, 'node'), `#!/bin/sh\necho '${folder}/linked'\n`);
    chmodSync(join(folder, 'node'), 0o755);
    const { status, stdout, stderr } = run([], `${folder}:${process.env['PATH']}`);
    const line = `offline-kit: ${folder}/linked is linked to libnode.so.108, which the other machine may lack; make the `;
    assert.deepEqual([status, stdout, stderr], [1, '', `${line}kit with the Node of nodejs.org\n`]);
  });
});
