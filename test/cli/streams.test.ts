import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readImage } from '#lib/index.js';
import {
  commandTimeout,
  ended,
  interrupted,
  objectsOf,
  program,
  start,
  temporaryFolder,
} from '../support/command-line.js';
import { writePicture } from '../support/pictures.js';

const files = 40;
const canFakeTerminal = spawnSync('script', ['--version']).status === 0;

describe('deep-inside on pipes and terminals', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const out = () => join(folder(), 'out');
  const pictures = () =>
    Promise.all(Array.from({ length: files }, (_, i) => writePicture(folder(), `${i}.png`, i, 30, 30)));

  it('finishes on SIGINT what it has begun, leaves it whole and exits with 130', async () => {
    const child = start(['saliency', ...(await pictures()), '--out', out(), '--json']);
    let stdout = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    await once(child.stdout!, 'data');
    child.kill('SIGINT');
    const { code, stderr } = await ended(child);
    assert.equal(code, 130);
    const reports = objectsOf<{ outputs: string[]; records: string[]; error: string | null }>(stdout);
    assert.ok(reports.length < files, 'it has not done everything');
    assert.equal(stderr, `${interrupted}deep-inside: stopped after ${reports.length} of ${files} files\n`);
    const paths = reports.flatMap(({ outputs, records }) => [...outputs, ...records]);
    const outputs = paths.map((path) => path.slice(out().length + 1));
    assert.deepEqual(readdirSync(out()).sort(), outputs.sort(), 'no half-written or unreported file');
    for (const name of outputs.filter((path) => path.endsWith('.png'))) await readImage(join(out(), name));
  });

  const stuck = 'ends at once on SIGINT while it is still waiting for a model';
  if (process.platform === 'win32') it(`${stuck} (skipped: no named pipes)`);
  else
    it(stuck, async () => {
      const pipe = join(folder(), 'pipe.onnx');
      execFileSync('mkfifo', [pipe]);
      const child = start(['classify', await writePicture(folder(), 'cat.png', 1), '--model', pipe]);
      // opening it for writing waits until the command reads it
      const writer = await open(pipe, 'w');
      child.kill('SIGINT');
      await ended(child);
      await writer.close();
      assert.equal(child.signalCode, 'SIGINT', 'which a shell reports as 130');
    });

  it('stops without a word where nobody reads stdout any longer', async () => {
    const child = start(['saliency', ...(await pictures()), '--out', out(), '--quiet']);
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    const { code, stderr } = await ended(child);
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(readdirSync(out()).length < 3 * files, 'it has not done everything');
  });

  const title = 'shows a bar on a terminal, and the results too';
  if (!canFakeTerminal) it(`${title} (skipped: there is no program "script" to pretend a terminal)`);
  else
    it(title, async () => {
      const file = await writePicture(folder(), 'cat.png', 1);
      const command = [process.execPath, program, 'saliency', file, '--out', out()].join(' ');
      const { code, stdout } = await ended(spawn('script', ['--quiet', '--return', '--command', command, '/dev/null']));
      assert.equal(code, 0);
      assert.match(stdout, /0\/1/);
      assert.ok(stdout.includes(`${file}  80 x 60`));
    });
});
