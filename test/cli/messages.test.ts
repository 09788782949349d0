import assert from 'node:assert/strict';
import { join } from 'node:path';
import { visible } from '#lib/cli/visible.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { writePicture } from '../support/pictures.js';

describe('what deep-inside says of a file', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const name = 'a\x1b[2J\nb.png';

  it('spells out what would steer the terminal, and leaves letters of all languages', () => {
    assert.equal(visible('a\x1b[2J\r\n\x9b\u202eb'), 'a\\x1b[2J\\x0d\\n\\x9b\\u202eb');
    assert.equal(visible('Käse 猫 🐈.png'), 'Käse 猫 🐈.png');
  });

  it('shows control characters of its name in results, but --json has the name as it is', async () => {
    const path = await writePicture(folder(), name, 1);
    const [shown, json] = [await run(['classify', path]), await run(['classify', path, '--json'])];
    assert.equal(shown.stdout.split('\n')[0], `${join(folder(), 'a\\x1b[2J\\nb.png')}  80 x 60`);
    assert.equal(objectsOf<{ file: string }>(json.stdout)[0]!.file, path);
  });

  for (const debug of [[], ['--debug']]) {
    it(`shows control characters of its name in errors ${debug.join('')}`, async () => {
      const { code, stderr } = await run(['classify', join(folder(), name), ...debug]);
      assert.equal(code, 1);
      assert.match(stderr, /a\\x1b\[2J/);
      assert.ok(!stderr.includes('\x1b'));
    });
  }

  it('tells where less than half was seen, of the worst, and what to do', async () => {
    const files = [
      await writePicture(folder(), 'third.png', 1, 40, 120),
      await writePicture(folder(), 'quarter.png', 2, 40, 160),
      await writePicture(folder(), 'most.png', 3),
    ];
    const args = ['saliency', ...files, '--out', join(folder(), 'out')];
    const { stderr } = await run(args);
    const least = `less than half was seen of 2 of 3 files, the least of ${files[1]} (20 %): maps are 0 elsewhere`;
    assert.equal(stderr, `deep-inside: ${least}; --ten-crops sees more\n`);
    assert.equal((await run([...args, '--quiet'])).stderr, '');
    assert.equal((await run([...args, '--ten-crops'])).stderr, '');
  });

  it('tells where ten crops see less than half', async () => {
    const file = await writePicture(folder(), 'wide.png', 1, 20, 200);
    const { stderr } = await run(['saliency', file, '--ten-crops', '--out', join(folder(), 'out')]);
    assert.equal(
      stderr,
      `deep-inside: less than half was seen of ${file} (26 %): maps are 0 elsewhere; cut such pictures into parts\n`,
    );
  });
});
