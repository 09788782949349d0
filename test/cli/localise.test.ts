import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadNetwork, localise, readImage, type Box } from '#lib/index.js';
import { drawLocalisation } from '#lib/cli/localisation-sheet.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { loadedFor } from '../support/loaded.js';
import { writePicture } from '../support/pictures.js';

interface FileReport {
  readonly predictions: readonly { readonly class: number; readonly box: Box; readonly note: string | null }[];
  readonly outputs: readonly string[];
}

describe('deep-inside localise', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const network = loadedFor(() => loadNetwork());
  const out = () => join(folder(), 'out');
  const quick = ['--no-ten-crops', '--work-size', '64'];

  it('writes the sheet and the mask of the function, and prints the box', async () => {
    const file = await writePicture(folder(), 'cat.png', 1);
    const flags = ['--class', '7', '--preset', 'grabcut', '--iterations', '2', '--neighbours', '4', '--no-clamps'];
    const { code, stdout, stderr } = await run(['localise', file, ...quick, ...flags, '--out', out(), '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    const [report] = objectsOf<FileReport>(stdout);
    const img = await readImage(file);
    const options = { tenCrops: false, workSize: 64, preset: 'grabcut', iterations: 2, neighbours: 4, clamps: false };
    const object = await localise(network(), img, 7, options as never);
    const [found] = report!.predictions;
    assert.deepEqual([found!.class, found!.box, found!.note], [7, object.box, object.note]);
    assert.deepEqual(report!.outputs, [join(out(), 'cat.7.localisation.png'), join(out(), 'cat.7.mask.png')]);
    const sheet = await readImage(join(out(), 'cat.7.localisation.png'));
    assert.deepEqual(sheet.data, drawLocalisation(img, object).data);
    const mask = await readImage(join(out(), 'cat.7.mask.png'));
    for (let i = 0; i < object.mask.data.length; i++)
      assert.equal(mask.data[(i * mask.data.length) / object.mask.data.length], 255 * object.mask.data[i]!);
  });

  it('prints boxes in a table, of the best classes with --top', async () => {
    const file = await writePicture(folder(), 'cat.png', 1);
    const { code, stdout } = await run(['localise', file, ...quick, '--top', '2', '--out', out()]);
    assert.equal(code, 0);
    assert.match(stdout, /class {2}name .* box\n/);
    assert.match(stdout, / {2}\d+,\d+ to \d+,\d+\n/);
    const written = readdirSync(out()).sort();
    const ofEach = (label: string) =>
      ['localisation.png', 'localise.json', 'mask.png'].map((ending) => `cat.${label}.${ending}`);
    assert.deepEqual(written, [...ofEach('top1'), ...ofEach('top2')]);
  });

  it('goes on with --resume, makes the same again, and leaves its outputs out of a folder', async () => {
    await writePicture(folder(), 'a.png', 1);
    await writePicture(folder(), 'b.png', 2);
    const args = ['localise', folder(), ...quick, '--clamps', '0.99,0.01', '--out', folder()];
    assert.equal((await run(args)).code, 0);
    rmSync(join(folder(), 'b.mask.png'));
    const again = await run([...args, '--resume', '--json']);
    assert.match(again.stderr, /--resume: 1 of 2 files had been done/);
    assert.deepEqual(
      objectsOf<{ file: string }>(again.stdout).map(({ file }) => file),
      [join(folder(), 'b.png')],
    );
    const reproduced = await run(['reproduce', join(folder(), 'a.localise.json')]);
    assert.equal(reproduced.code, 0, reproduced.stderr);
    assert.match(reproduced.stdout, /a\.mask\.png {2}identical/);
  });

  it('draws all sheets into one with --figure, and makes it again', async () => {
    await writePicture(folder(), 'a.png', 1);
    await writePicture(folder(), 'b.png', 2);
    const args = ['localise', folder(), ...quick, '--out', out(), '--figure', 'all.png', '--json'];
    const { code, stdout, stderr } = await run(args);
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(objectsOf<{ figure?: string }>(stdout).at(-1)!.figure, join(out(), 'all.png'));
    const [figure, sheet] = await Promise.all(
      ['all.png', 'a.localisation.png'].map((name) => readImage(join(out(), name))),
    );
    assert.ok(figure!.shape[0]! > 2 * sheet!.shape[0]! - 20);
    const reproduced = await run(['reproduce', join(out(), 'all.figure.json')]);
    assert.equal(reproduced.code, 0, reproduced.stderr);
  });

  const wrong: [args: string[], message: RegExp][] = [
    [['--top', '2', '--class', '3'], /'--top <n>' cannot be used with option '--class <class>'/],
    [['--clamps', '0.9'], /They must be two numbers such as 0\.95,0\.3/],
    [['--neighbours', '6'], /Allowed choices are 4, 8/],
    [['--beta', 'soft'], /It must be a number of at least 0, or iseg or grabcut\./],
    [['--work-size', 'half'], /It must be a whole number of at least 1, or full\./],
    [['--components', '100'], /^deep-inside: --components must be an integer from 1 to 64, got 100$/m],
    [['--covariance-floor', '2'], /^deep-inside: --covariance-floor must be a number from 1e-9 to 0\.5, got 2$/m],
    [['--gamma', '1e6'], /^deep-inside: --gamma \* --scale must be below 2\^23/m],
    [['--clamps', '0.1,0.9'], /^deep-inside: low of --clamps must be at most high of --clamps, 0\.1, got 0\.9$/m],
    [
      ['--no-ten-crops', '--region', 'square'],
      /^deep-inside: option '--region' needs ten crops: leave out '--no-ten-crops'$/m,
    ],
    [['--no-ten-crops', '--merge', 'sum'], /^deep-inside: option '--merge' needs ten crops/m],
  ];
  for (const [args, message] of wrong) {
    it(`refuses ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run(['localise', 'cat.png', ...args]);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1);
    });
  }
});
