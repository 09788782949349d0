import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecord } from '#lib/cli/record.js';
import type { Reproduction } from '#lib/cli/reproduction.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { writePicture } from '../support/pictures.js';
import { readJson } from '../support/shared.js';

describe('what failed and a record of what did not', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const at = (...names: string[]) => join(folder(), ...names);

  /** A file that is no image. */
  function writeBad(): string {
    writeFileSync(at('bad.jpg'), 'no image');
    return at('bad.jpg');
  }

  it('go together: a page that tells of files that failed is not the same without them, for that reason', async () => {
    const files = [writeBad(), await writePicture(folder(), 'cat.png', 1)];
    const args = ['--method', 'gradient', '--no-timings', '--out', at('pets.html')];
    const { code, stderr } = await run(['report', ...files, ...args, '--quiet']);
    assert.equal(code, 1);
    const error = stderr.replace('deep-inside: ', '').trimEnd();
    const { failed, images } = await readRecord(at('pets.report.json'));
    assert.deepEqual([failed, images.length], [[{ file: files[0], error }], 1]);
    const again = await run(['reproduce', at('pets.report.json'), '--json']);
    assert.deepEqual([again.code, again.stderr], [1, '']);
    const [{ reasons, result }] = objectsOf<Reproduction>(again.stdout) as [Reproduction];
    assert.deepEqual([reasons, result], [[{ what: 'files that failed', recorded: [error], now: [] }], null]);
  });

  it('leave no page, and so no record, where there is no other', async () => {
    const { code } = await run(['report', writeBad(), '--out', at('out', 'pets.html')]);
    assert.deepEqual([code, readdirSync(at('out'))], [1, []]);
  });

  it('are told once by reproduce, where what is run again fails', async () => {
    const cat = await writePicture(folder(), 'cat.png', 1);
    const path = at('cat.saliency.json');
    assert.equal((await run(['saliency', cat, '--out', folder()])).code, 0);
    const fields = readJson<{ options: object }>(path);
    writeFileSync(path, JSON.stringify({ ...fields, options: { ...fields.options, maxPixels: 9 } }));
    const { code, stderr } = await run(['reproduce', path]);
    assert.equal(code, 1);
    assert.match(stderr, /^deep-inside: \S+cat\.saliency\.json: it was not made again: \S+cat\.png: .*80 x 60.*\n$/);
  });
});
