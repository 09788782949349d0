import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as library from '#lib/index.js';
import { commandTimeout, ended, temporaryFolder } from '../support/command-line.js';
import { repository } from '../support/shared.js';

const folder = join(repository, 'examples');
const names = readdirSync(folder).filter((name) => name.endsWith('.js'));

/** What long ones are shortened by: class and steps. */
const args: Readonly<Record<string, readonly string[]>> = { 'class-model.js': ['goldfish', '8'] };

/** Functions that make, read, draw or write what the algorithms take and give. */
const tools = new Set([
  ...['describeDevices', 'openDevice', 'createNetwork', 'loadNetwork', 'saveNetwork', 'toImageFrame'],
  ...[
    'readImage',
    'writeImage',
    'writeArray',
    'heatMap',
    'overlay',
    'contactSheet',
    'drawBox',
    'maskOverlay',
    'seedsPicture',
    'signedPicture',
    'activationSheet',
  ],
]);

describe('examples', function () {
  this.timeout(commandTimeout);
  const work = temporaryFolder();

  for (const name of names) {
    it(`${name} runs, and writes the picture that it names`, async () => {
      const command = [join(folder, name), ...(args[name] ?? [])];
      const child = spawn(process.execPath, command, { cwd: work(), stdio: ['ignore', 'pipe', 'pipe'] });
      const { code, stdout, stderr } = await ended(child);
      assert.deepEqual([code, stderr], [0, '']);
      assert.notEqual(stdout, '');
      const pictures = readdirSync(work());
      for (const picture of pictures) {
        assert.match(stdout, new RegExp(`${picture}$`, 'm'));
        const { data } = await library.readImage(join(work(), picture));
        assert.ok(new Set(data).size > 50, `${picture} is nearly empty`);
      }
      const writes = readFileSync(join(folder, name), 'utf8').includes('writeImage');
      assert.equal(pictures.length, writes ? 1 : 0);
    });
  }

  it('there is one for every algorithm', () => {
    const shown = names.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
    const algorithms = Object.entries(library).flatMap(([name, one]) =>
      typeof one === 'function' && !tools.has(name) && !/^[A-Z]/.test(name) ? [name] : [],
    );
    assert.deepEqual(
      algorithms.filter((name) => !new RegExp(`\\b${name}\\b`).test(shown)),
      [],
    );
  });
});
