import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModel } from '#lib/formats/read-model.js';
import { writeSafetensors } from '#lib/formats/safetensors.js';
import { classify, loadNetwork, readImage } from '#lib/index.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { loadedFor } from '../support/loaded.js';
import { writePicture } from '../support/pictures.js';
import { fixture } from '../support/shared.js';

interface FileReport {
  readonly file: string;
  readonly error: string | null;
}

describe('deep-inside classify', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const network = loadedFor(() => loadNetwork());

  it('--json prints what classify() gives, one object per file in the order of the files', async () => {
    const files = [await writePicture(folder(), 'b.png', 1), fixture('image', '420.jpg')];
    const { code, stdout, stderr } = await run(['classify', ...files, '--top', '3', '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    const expected = await Promise.all(
      files.map(async (file) => {
        const img = await readImage(file);
        const [height, width] = img.shape;
        const predictions = await classify(network(), img, { top: 3 });
        return { file, width, height, predictions, outputs: [], error: null };
      }),
    );
    assert.deepEqual(objectsOf(stdout), expected);
  });

  it('--ten-crops and --region are those of classify()', async () => {
    const file = await writePicture(folder(), 'b.png', 1);
    const { stdout } = await run(['classify', file, '--ten-crops', '--region', 'square', '--json']);
    const [report] = objectsOf<{ predictions: unknown }>(stdout);
    const asked = { tenCrops: true, region: 'square' } as const;
    assert.deepEqual(report!.predictions, await classify(network(), await readImage(file), asked));
  });

  it('notes once that --precision does nothing on the CPU, but not with --quiet', async () => {
    const files = [await writePicture(folder(), 'a.png', 1), await writePicture(folder(), 'b.png', 2)];
    const asked = ['classify', ...files, '--device', 'cpu', '--precision', 'tf32'];
    const note = 'deep-inside: --precision tf32 has no effect on the CPU, which computes in float32\n';
    assert.equal((await run(asked)).stderr, note);
    assert.equal((await run([...asked, '--quiet'])).stderr, '');
  });

  it('reads weights without a graph into a built-in architecture, with its preprocessing', async () => {
    const picture = await writePicture(folder(), 'c.png', 1);
    const weights = join(folder(), 'weights.safetensors');
    const file = await readModel(new URL('../../../models/squeezenet1_1.safetensors', import.meta.url));
    writeFileSync(weights, writeSafetensors({ ...file, graph: null, preprocessing: null }, { dtype: 'float16' }));
    const model = ['--model', weights, '--architecture', 'squeezenet1_1', '--names', 'imagenet'];
    const { code, stdout, stderr } = await run(['classify', picture, ...model, '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    const [report] = objectsOf<{ predictions: unknown }>(stdout);
    assert.deepEqual(report!.predictions, await classify(network(), await readImage(picture)));
  });

  it('prints five classes of each image as a table', async () => {
    const file = await writePicture(folder(), 'a.png', 1);
    const { code, stdout, stderr } = await run(['classify', file]);
    assert.deepEqual([code, stderr], [0, '']);
    const [title, head, ...rows] = stdout.trimEnd().split('\n');
    assert.equal(title, `${file}  80 x 60`);
    assert.match(head!, /class +name +WNID +score +posterior/);
    const best = await classify(network(), await readImage(file));
    assert.equal(rows.length, 5);
    rows.forEach((row, i) => {
      const { class: index, name, wnid, score, posterior } = best[i]!;
      const cells = row.trim().split(/ {2,}/);
      assert.deepEqual(cells, [String(index), name, wnid, score.toFixed(3), posterior.toFixed(4)]);
    });
  });

  it('takes the image files of a folder by name, and says what it skipped', async () => {
    const pictures = join(folder(), 'pictures');
    mkdirSync(join(pictures, 'more'), { recursive: true });
    for (const name of ['b.png', 'a.PNG', '.hidden.png']) await writePicture(pictures, name, 1);
    cpSync(fixture('image', '420.jpg'), join(pictures, 'c.JPEG'));
    await writePicture(join(pictures, 'more'), 'd.png', 1);
    writeFileSync(join(pictures, 'notes.txt'), 'none');
    const { code, stdout, stderr } = await run(['classify', pictures, join(pictures, 'b.png'), '--json']);
    assert.equal(code, 0);
    const names = ['a.PNG', 'b.png', 'c.JPEG'].map((name) => join(pictures, name));
    assert.deepEqual(
      objectsOf<FileReport>(stdout).map(({ file }) => file),
      names,
    );
    assert.equal(stderr, `deep-inside: ${pictures}: skipped 1 other file and 1 folder\n`);
  });

  it('--quiet leaves the notes out', async () => {
    await writePicture(folder(), 'a.png', 1);
    writeFileSync(join(folder(), 'notes.txt'), 'none');
    const { code, stderr } = await run(['classify', folder(), '--quiet']);
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('--orientation exif turns the picture upright', async () => {
    const file = fixture('image', 'orientation-6.jpg');
    const sizes = await Promise.all(
      ['ignore', 'exif'].map(async (how) => {
        const { stdout } = await run(['classify', file, '--orientation', how, '--json']);
        const [{ width, height }] = objectsOf<{ width: number; height: number }>(stdout) as [never];
        return [width, height];
      }),
    );
    assert.deepEqual(sizes[1], [...sizes[0]!].reverse());
  });

  it('--threads 1 and --device cpu give the same scores', async () => {
    const file = await writePicture(folder(), 'a.png', 1);
    const outputs = await Promise.all(
      [['--threads', '1'], []].map((more) => run(['classify', file, '--device', 'cpu', '--json', ...more])),
    );
    assert.equal(outputs[0]!.code, 0);
    assert.deepEqual(objectsOf(outputs[0]!.stdout), objectsOf(outputs[1]!.stdout));
  });
});
