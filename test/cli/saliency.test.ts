import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { classify, heatMap, loadNetwork, overlay, readImage, saliency } from '#lib/index.js';
import type { FloatArray } from '#lib/ndarray.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { loadedFor } from '../support/loaded.js';
import { readNpy } from '../support/npy.js';
import { writePicture } from '../support/pictures.js';
import { repository } from '../support/shared.js';

interface FileReport {
  readonly file: string;
  readonly predictions: readonly { readonly class: number; readonly score: number }[];
  readonly outputs: readonly string[];
  readonly error: string | null;
}

function assertNpy(path: string, map: FloatArray): void {
  const { shape, data } = readNpy(path);
  assert.deepEqual(shape, map.shape);
  assert.deepEqual(data, map.data);
}

describe('deep-inside saliency', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const network = loadedFor(() => loadNetwork());
  const out = () => join(folder(), 'new', 'out');

  it('writes heat map and overlay in the frame of the image, and the values of saliency() as .npy', async () => {
    const file = await writePicture(folder(), 'cat.photo.png', 1);
    const { code, stdout, stderr } = await run(['saliency', file, '--out', out(), '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    const [report] = objectsOf<FileReport>(stdout);
    const names = ['cat.photo.map.npy', 'cat.photo.map.png', 'cat.photo.overlay.png'];
    assert.deepEqual(readdirSync(out()), [...names, 'cat.photo.saliency.json']);
    assert.deepEqual(
      [...report!.outputs].sort(),
      names.map((name) => join(out(), name)),
    );

    const img = await readImage(file);
    const drawn = await saliency(network(), img, undefined, { frame: 'image' });
    assertNpy(join(out(), names[0]!), await saliency(network(), img));
    assert.deepEqual((await readImage(join(out(), names[1]!))).data, heatMap(drawn).data);
    assert.deepEqual((await readImage(join(out(), names[2]!))).data, overlay(img, drawn).data);
  });

  it('--class draws each class named, once, by index, name or WNID', async () => {
    const file = await writePicture(folder(), 'cat.png', 2);
    const choices = ['--class', '1', '--class', 'tench', '--class', 'n01443537', '--class', 'n02012849'];
    const { code, stdout } = await run(['saliency', file, '--out', out(), '--json', ...choices]);
    assert.equal(code, 0);
    const [report] = objectsOf<FileReport>(stdout);
    const classes = [1, 0, 134];
    assert.deepEqual(
      report!.predictions.map((prediction) => prediction.class),
      classes,
    );
    const img = await readImage(file);
    const maps = await saliency(network(), img, classes);
    classes.forEach((index, i) => assertNpy(join(out(), `cat.${index}.map.npy`), maps[i]!));
    assert.equal(readdirSync(out()).length, 4 * classes.length);
  });

  it('--top 2 draws the two best classes', async () => {
    const file = await writePicture(folder(), 'cat.png', 3);
    const { stdout } = await run(['saliency', file, '--out', out(), '--json', '--top', '2']);
    const [{ predictions, outputs }] = objectsOf<FileReport>(stdout) as [FileReport];
    assert.ok(predictions[0]!.score >= predictions[1]!.score);
    const maps = await saliency(
      network(),
      await readImage(file),
      predictions.map((prediction) => prediction.class),
    );
    maps.forEach((map, i) => assertNpy(join(out(), `cat.top${i + 1}.map.npy`), map));
    assert.equal(outputs.length, 6);
  });

  it('--frame image, --signed, --rule and --score are those of saliency()', async () => {
    const file = await writePicture(folder(), 'cat.png', 4);
    const options = ['--frame', 'image', '--signed', '--rule', 'guided', '--score', 'unclipped', '--class', '7'];
    const { code } = await run(['saliency', file, '--out', out(), ...options]);
    assert.equal(code, 0);
    const asked = { frame: 'image', signed: true, rule: 'guided', score: 'unclipped' } as const;
    assertNpy(join(out(), 'cat.7.map.npy'), await saliency(network(), await readImage(file), 7, asked));
  });

  it('--ten-crops, --region and --merge are those of saliency()', async () => {
    const file = await writePicture(folder(), 'cat.png', 4, 60, 130);
    const options = ['--ten-crops', '--region', 'square', '--merge', 'sum'];
    const { code, stdout } = await run(['saliency', file, '--out', out(), '--json', ...options]);
    assert.equal(code, 0);
    const img = await readImage(file);
    const asked = { tenCrops: true, region: 'square', merge: 'sum' } as const;
    const map = await saliency(network(), img, undefined, asked);
    assertNpy(join(out(), 'cat.map.npy'), map);
    assert.deepEqual(objectsOf<FileReport>(stdout)[0]!.predictions, map.predictions);
    const drawn = await saliency(network(), img, undefined, { ...asked, frame: 'image' });
    assert.deepEqual((await readImage(join(out(), 'cat.overlay.png'))).data, overlay(img, drawn).data);
  });

  it('--ten-crops --top 2 draws the two classes with the highest mean posteriors', async () => {
    const file = await writePicture(folder(), 'cat.png', 3);
    const { stdout } = await run(['saliency', file, '--out', out(), '--json', '--ten-crops', '--top', '2']);
    const [{ predictions }] = objectsOf<FileReport>(stdout) as [FileReport];
    assert.deepEqual(predictions, await classify(network(), await readImage(file), { tenCrops: true, top: 2 }));
  });

  it('prints the class and the paths of each image', async () => {
    const file = await writePicture(folder(), 'cat.png', 1);
    const { stdout } = await run(['saliency', file, '--out', out(), '--class', 'goldfish']);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines[0], `${file}  80 x 60`);
    assert.match(lines[2]!, /^ +1 {2}goldfish {2}n01443537 /);
    assert.match(lines[3]!, /^ {2}-> .*cat\.1\.overlay\.png .*cat\.1\.map\.png .*cat\.1\.map\.npy$/);
  });

  it('keeps apart the results of two inputs with one name', async () => {
    for (const name of ['a', 'b']) mkdirSync(join(folder(), name));
    const files = [
      await writePicture(join(folder(), 'a'), 'x.png', 1),
      await writePicture(join(folder(), 'b'), 'x.png', 2),
      await writePicture(join(folder(), 'b'), 'y.png', 3),
    ];
    const { code, stdout } = await run(['saliency', ...files, '--out', out(), '--json']);
    assert.equal(code, 0);
    const overlays = ['a/x.png.overlay.png', 'b/x.png.overlay.png', 'b/y.png.overlay.png'];
    assert.deepEqual(
      objectsOf<FileReport>(stdout).map(({ outputs }) => outputs[0]),
      overlays.map((name) => join(out(), name)),
    );
    const written = overlays.map((name) => readFileSync(join(out(), name)).toString('base64'));
    assert.equal(new Set(written).size, 3);
  });

  it('makes maps of all photographs in examples/images', async () => {
    const photographs = join(repository, 'examples', 'images');
    const { code, stdout, stderr } = await run(['saliency', photographs, '--out', out(), '--json', '--quiet']);
    assert.deepEqual([code, stderr], [0, '']);
    const reports = objectsOf<FileReport>(stdout);
    assert.ok(reports.length >= 3, `only ${reports.length} photographs`);
    assert.equal(readdirSync(out()).length, 4 * reports.length);
  });
});
