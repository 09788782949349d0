import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadNetwork, readImage, reconstruct, signedPicture, type Reconstruction } from '#lib/index.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { loadedFor } from '../support/loaded.js';
import { readNpy } from '../support/npy.js';
import { writePicture } from '../support/pictures.js';

interface FileReport {
  readonly predictions: readonly { readonly class: number }[];
  readonly reconstructions: readonly Pick<Reconstruction, 'target' | 'zero'>[];
  readonly outputs: readonly string[];
}

describe('deep-inside reconstruct', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const network = loadedFor(() => loadNetwork());
  const out = () => join(folder(), 'out');

  async function assertWritten(name: string, { reconstruction }: Reconstruction): Promise<void> {
    const { shape, data } = readNpy(join(out(), `${name}.reconstruction.npy`));
    assert.deepEqual([shape, data], [reconstruction.shape, reconstruction.data]);
    const drawn = await readImage(join(out(), `${name}.reconstruction.png`));
    const { channelOrder } = network().preprocessing!;
    assert.deepEqual(drawn.data, signedPicture(reconstruction, { channelOrder }).data);
  }

  it('writes the picture and the values of reconstruct(), and says which unit it was', async () => {
    const file = await writePicture(folder(), 'cat.png', 1);
    const args = [
      'reconstruct',
      file,
      '--layer',
      'fire5/concat',
      '--channel',
      '148',
      '--rule',
      'guided',
      '--out',
      out(),
    ];
    const { code, stdout, stderr } = await run(args);
    assert.deepEqual([code, stderr], [0, '']);
    const target = { layer: 'fire5/concat', channel: 148 };
    const expected = await reconstruct(network(), await readImage(file), target, { rule: 'guided' });
    await assertWritten('cat', expected);
    const { row, col, value } = expected.target as { row: number; col: number; value: number };
    assert.deepEqual(stdout.split('\n').slice(0, 2), [
      `${file}  80 x 60`,
      `  from fire5/concat[148] at row ${row}, col ${col}, activation ${value.toFixed(3)}`,
    ]);
  });

  it('of each class named, once, with predictions and targets as JSON', async () => {
    const file = await writePicture(folder(), 'cat.png', 2);
    const args = ['reconstruct', file, '--class', 'goldfish', '--class', '7', '--class', '1', '--out', out(), '--json'];
    const [report] = objectsOf<FileReport>((await run(args)).stdout) as [FileReport];
    for (const [i, index] of [1, 7].entries()) {
      const expected = await reconstruct(network(), await readImage(file), { class: index });
      await assertWritten(`cat.${index}`, expected);
      assert.equal(report.predictions[i]!.class, index);
      assert.deepEqual(report.reconstructions[i], { target: expected.target, zero: expected.zero });
    }
    assert.equal(report.outputs.length, 4);
  });

  it('--to writes the values at a layer, and no picture', async () => {
    const file = await writePicture(folder(), 'cat.png', 3);
    const unit = ['--layer', 'fire5/concat', '--channel', '1', '--row', '2', '--col', '3'];
    const { code } = await run(['reconstruct', file, ...unit, '--to', 'pool1', '--lrn', 'identity', '--out', out()]);
    assert.equal(code, 0);
    const target = { layer: 'fire5/concat', channel: 1, row: 2, col: 3 };
    const expected = await reconstruct(network(), await readImage(file), target, { to: 'pool1' });
    assert.deepEqual(readdirSync(out()), ['cat.reconstruct.json', 'cat.reconstruction.npy']);
    assert.deepEqual(readNpy(join(out(), 'cat.reconstruction.npy')).data, expected.reconstruction.data);
  });

  it('says where nothing comes through', async () => {
    const file = await writePicture(folder(), 'cat.png', 4);
    const img = await readImage(file);
    const { 'fire3/concat': layer } = await network().forward(img, { layers: ['fire3/concat'] });
    const dead = layer.data.indexOf(0);
    const [, rows, cols] = layer.shape as [number, number, number];
    const [channel, row, col] = [Math.floor(dead / rows / cols), Math.floor(dead / cols) % rows, dead % cols];
    const unit = ['--layer', 'fire3/concat', '--channel', `${channel}`, '--row', `${row}`, '--col', `${col}`];
    const { stdout } = await run(['reconstruct', file, ...unit, '--rule', 'gradient', '--out', out()]);
    const place = `from fire3/concat[${channel}] at row ${row}, col ${col}, activation 0.000`;
    assert.equal(stdout.split('\n')[1], `  ${place}: nothing comes through, the reconstruction is identically zero`);
    assert.ok((await readImage(join(out(), 'cat.reconstruction.png'))).data.every((level) => level === 128));
  });

  it('--resume leaves out what is done, and a folder its own outputs', async () => {
    await writePicture(folder(), 'cat.png', 5);
    const args = ['reconstruct', folder(), '--layer', 'conv10', '--channel', '3', '--out', folder()];
    assert.equal((await run(args)).code, 0);
    assert.equal(
      (await run([...args, '--json'])).stderr,
      `deep-inside: ${folder()}: skipped 3 outputs of an earlier run\n`,
    );
    const { code, stdout, stderr } = await run([...args, '--resume']);
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /--resume: 1 of 1 files had been done/);
  });

  it('refuses once what fails for every file', async () => {
    const files = [await writePicture(folder(), 'a.png', 1), await writePicture(folder(), 'b.png', 2)];
    const refused: [args: string[], message: RegExp][] = [
      [
        ['--layer', 'fire5/concta', '--channel', '1'],
        /layer must be .*, got "fire5\/concta"; did you mean fire5\/concat/,
      ],
      [['--layer', 'fire5/concat', '--channel', '256'], /target\.channel must be an integer from 0 to 255, got 256/],
      [
        ['--layer', 'conv10', '--channel', '1', '--row', '14', '--col', '0'],
        /target\.row must be an integer from 0 to 13/,
      ],
      [['--class', '1', '--to', 'pool'], /layer must be .*, got "pool"/],
    ];
    for (const [args, message] of refused) {
      const { code, stdout, stderr } = await run(['reconstruct', ...files, ...args, '--out', out()]);
      assert.deepEqual([code, stdout, stderr.trim().split('\n').length], [1, '', 1]);
      assert.match(stderr, message);
    }
  });
});
