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

  it('leaves nothing in dist of modules that are gone', () => {
    for (const part of ['package.json', 'tsconfig.json', 'scripts'])
      cpSync(join(repository, part), join(folder, part), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    for (const part of ['lib', 'dist']) mkdirSync(join(folder, part));
    writeFileSync(join(folder, 'lib', 'here.ts'), 'export const here = 1;\n');
    for (const file of ['gone.js', 'gone.d.ts']) writeFileSync(join(folder, 'dist', file), 'export {};\n');
    const { status, stdout } = spawnSync('npm', ['run', '-s', 'build:ts'], { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
    assert.deepEqual(readdirSync(join(folder, 'dist')).sort(), ['here.d.ts', 'here.js', 'here.js.map']);
  });
});
