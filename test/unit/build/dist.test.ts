import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../../support/shared.js';

describe('npm run build:ts', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'deep-inside-dist-'));
  after(() => rmSync(folder, { recursive: true }));

  it('writes no declaration that imports a module of Node, which a TypeScript project may not know', () => {
    const dist = join(repository, 'dist');
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts'));
    assert.ok(files.includes('index.d.ts'));
    const isOurs = (module: string) => /^(\.|ndarray$|commander$)/.test(module);
    for (const file of files) {
      const imports = readFileSync(join(dist, file), 'utf8').matchAll(/(?:from |import\()['"]([^'"]+)/g);
      assert.deepEqual(
        [...imports].map(([, module]) => module!).filter((module) => !isOurs(module)),
        [],
        file,
      );
    }
  });

  it('leaves nothing in dist of modules that are gone, and a command that can be run', () => {
    for (const part of ['package.json', 'tsconfig.json', 'scripts'])
      cpSync(join(repository, part), join(folder, part), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    for (const part of ['lib/cli', 'dist']) mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'lib', 'cli', 'main.ts'), "#!/usr/bin/env node\nconsole.log('here');\n");
    for (const file of ['gone.js', 'gone.d.ts']) writeFileSync(join(folder, 'dist', file), 'export {};\n');
    const { status, stdout } = spawnSync('npm', ['run', '-s', 'build:ts'], { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
    const files = readdirSync(join(folder, 'dist'), { recursive: true }).sort();
    const command = join('cli', 'main.js');
    assert.deepEqual(files, ['cli', join('cli', 'main.d.ts'), command, `${command}.map`]);
    assert.equal(spawnSync(join(folder, 'dist', command), { encoding: 'utf8' }).stdout, 'here\n');
  });
});
