import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, TuningCache } from '#lib/net/tuning-cache.js';
import { keptChoices } from '../../support/kept-choices.js';

describe('the cache of what tuning finds', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tuning-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it("processes that tune at the same time lose none of each other's choices", async () => {
    const caches = Array.from({ length: 4 }, () => new TuningCache(folder));
    const keys = Array.from({ length: 40 }, (_, i) => `key ${i}`);
    await Promise.all(caches.map((cache) => cache.get('key 0')));
    await Promise.all(keys.map((key, i) => caches[i % 4]!.set(key, { forward: 'winograd', backwardData: 'direct' })));
    assert.deepEqual((await keptChoices(folder)).map(({ key }) => key).sort(), [...keys].sort());
    const later = new TuningCache(folder);
    for (const key of keys) assert.deepEqual(await later.get(key), { forward: 'winograd', backwardData: 'direct' });
  });

  for (const [name, text] of [
    ['damaged', '{"a'],
    ['empty', ''],
    ['null', 'null'],
    ['of another kind', '[1, 2]'],
    ['odd inside', '{"key": "k", "forward": 3}'],
    ["another version's", '{"key": "k", "forward": "fft", "backwardData": "direct"}'],
    ["another key's", '{"key": "other", "forward": "direct", "backwardData": "direct"}'],
  ]) {
    it(`a cache file that is ${name} counts as none, and is written anew`, async () => {
      const choice = { forward: 'direct', backwardData: 'columns' } as const;
      await new TuningCache(folder).set('k', choice);
      const [file] = await keptChoices(folder);
      await writeFile(file!.path, text!);
      const cache = new TuningCache(folder);
      assert.equal(await cache.get('k'), undefined);
      await cache.set('k', choice);
      assert.deepEqual(await new TuningCache(folder).get('k'), choice);
    });
  }

  it('a folder that cannot be written only means that nothing is kept', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const cache = new TuningCache(join(file, 'below'));
    await cache.set('k', { forward: 'direct', backwardData: 'direct' });
    assert.deepEqual(await cache.get('k'), { forward: 'direct', backwardData: 'direct' });
  });

  it('the cache folder is what the environment says, or the system', () => {
    const folderOf = (env: NodeJS.ProcessEnv, platform = 'linux') =>
      cacheFolder({ env, platform } as unknown as NodeJS.Process);
    assert.equal(folderOf({ DEEP_INSIDE_CACHE: '/a' }), '/a');
    assert.equal(folderOf({ XDG_CACHE_HOME: '/b' }), join('/b', 'deep-inside'));
    assert.match(folderOf({}), /[/\\]\.cache[/\\]deep-inside$/);
    assert.match(folderOf({}, 'darwin'), /Caches[/\\]deep-inside$/);
  });
});
