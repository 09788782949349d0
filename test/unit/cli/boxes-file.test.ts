import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readBoxes } from '#lib/cli/boxes-file.js';
import { temporaryFolder } from '../../support/command-line.js';

describe('a file of boxes', () => {
  const folder = temporaryFolder();
  const at = (...names: string[]) => join(folder(), ...names);
  const boxesAt = (x: number) => [{ xmin: x, ymin: 0, xmax: x, ymax: 0 }];

  function read(content: object, ...pictures: string[]) {
    writeFileSync(at('boxes.json'), JSON.stringify(content));
    return readBoxes(at('boxes.json'), pictures);
  }

  it('names pictures by their paths, spelt in any way, or by their file names', async () => {
    const [a, b, c] = [at('a.png'), `${folder()}/./sub/../b.png`, at('c.png')];
    const found = await read(
      { [relative('.', a)]: boxesAt(1), [at('b.png')]: boxesAt(2), 'd.png': boxesAt(3) },
      a,
      b,
      c,
    );
    assert.deepEqual(
      [...found],
      [
        [a, boxesAt(1)],
        [b, boxesAt(2)],
      ],
    );
    assert.deepEqual([...(await read({ 'c.png': boxesAt(4) }, a, c))], [[c, boxesAt(4)]]);
  });

  it('refuses a file name of two pictures, unless the path says which', async () => {
    const [a, b] = [at('a', 'x.png'), at('b', 'x.png')];
    await assert.rejects(read({ 'x.png': boxesAt(1) }, a, b), {
      code: 'ERR_ARGUMENT',
      message: `${at('boxes.json')}: "x.png" must be of one picture, got ${a} and ${b}; name each by its path`,
    });
    const found = await read({ 'x.png': boxesAt(1), [b]: boxesAt(2) }, a, b);
    assert.deepEqual([found.get(a), found.get(b)], [boxesAt(1), boxesAt(2)]);
  });
});
