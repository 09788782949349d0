import assert from 'node:assert/strict';
import { linkSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { writePicture } from '../support/pictures.js';

describe('deep-inside saliency never overwrites an input', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();

  const ways: [title: string, make: (target: string, victim: string) => void][] = [
    ['is an input', () => undefined],
    ['is a symbolic link to an input', (target, victim) => symlinkSync(victim, target)],
    ['is a hard link to an input', (target, victim) => linkSync(victim, target)],
  ];
  for (const [title, make] of ways) {
    it(`refuses a file whose output ${title}, and does the others`, async () => {
      const target = join(folder(), 'cat.overlay.png');
      const isItself = title === 'is an input';
      const victim = await writePicture(folder(), isItself ? 'cat.overlay.png' : 'dog.png', 1);
      const cat = await writePicture(folder(), 'cat.png', 2);
      make(target, victim);
      const before = readFileSync(victim);
      const { code, stdout, stderr } = await run(['saliency', victim, cat, '--out', folder(), '--json']);
      assert.equal(code, 1);
      const lines = stderr.trimEnd().split('\n');
      assert.equal(lines.length, 2);
      assert.match(lines[0]!, /cat\.png: an input is never overwritten.*cat\.overlay\.png.*--out/);
      assert.deepEqual(
        objectsOf<{ error: string | null }>(stdout).map(({ error }) => error === null),
        [true, false],
      );
      assert.deepEqual(readFileSync(victim), before);
      assert.ok(!readdirSync(folder()).includes('cat.map.npy'), 'refused before the work starts');
    });
  }

  it('writes beside an input that no output meets, and replaces results of before', async () => {
    const cat = await writePicture(folder(), 'cat.png', 1);
    const before = readFileSync(cat);
    for (let i = 0; i < 2; i++) assert.equal((await run(['saliency', cat, '--out', folder()])).code, 0);
    assert.deepEqual(readFileSync(cat), before);
    assert.equal(readdirSync(folder()).length, 5);
  });
});
