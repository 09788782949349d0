import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../support/build-stand-in.js';

/** Symbols that the linker may merge with those of other objects, of every object of one instruction set. */
function mergeable(folder: string): string[] {
  const objects = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.o'));
  assert.ok(objects.length > 0, `no objects in ${folder}`);
  const args = ['-C', '--defined-only', ...objects.map((path) => join(folder, path))];
  const { stdout } = spawnSync('nm', args, { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => /^[0-9a-f]* [WVu] /.test(line));
}

describe('objects for newer processors', () => {
  const levels = ['baseline', 'avx2', 'avx512'];
  const cases = ['cpu', 'maxflow', 'mixture'].flatMap((room) => levels.map((level) => [room, level] as const));
  for (const [room, level] of cases) {
    const folder = join(repository, 'build', 'cmake', 'CMakeFiles', `${room}_${level}.dir`);
    const there = existsSync(folder);
    const reason = there ? '' : ' (skipped: not built here)';
    it(`share no inline function with the rest of the module: ${room}, ${level}${reason}`, function () {
      if (!there) this.skip();
      const foreign = mergeable(folder).filter((line) => !line.includes(`deep_inside::${level}::`));
      assert.deepEqual(foreign, []);
    });
  }
});
