import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '#lib/folder.js';

describe('folder', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'deep-inside-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  it('makes a folder and those above it, and leaves what is there', async () => {
    const deep = join(root, 'a', 'b', 'c');
    await Promise.all([makeFolder(deep), makeFolder(deep), makeFolder(join(root, 'a', 'x'))]);
    writeFileSync(join(deep, 'kept'), '');
    await makeFolder(deep);
    await makeFolder('/');
    assert.ok(statSync(join(root, 'a', 'x')).isDirectory());
    assert.ok(existsSync(join(deep, 'kept')));
  });

  it('refuses where a file is in the way', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    await assert.rejects(makeFolder(file), { code: 'EEXIST' });
    await assert.rejects(makeFolder(join(file, 'below')), { code: 'EEXIST', path: file });
  });

  it('refuses where a file system has no folders of ours, instead of trying for ever', async function () {
    if (process.platform !== 'linux') return this.skip();
    await assert.rejects(makeFolder('/proc/deep-inside/below'), { code: 'ENOENT' });
  });
});
