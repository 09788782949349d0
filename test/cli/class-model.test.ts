import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { classify, classModel, loadNetwork, readImage, type AscentState } from '#lib/index.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { loadedFor } from '../support/loaded.js';
import { readNpy } from '../support/npy.js';

interface Line {
  readonly class: number | null;
  readonly name: string | null;
  readonly seed: number;
  readonly scoreOfImage: number;
  readonly zero: boolean;
  readonly outputs: readonly string[];
}

describe('deep-inside class-model', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const network = loadedFor(() => loadNetwork());
  const out = () => join(folder(), 'models');
  const short = ['--steps', '3', '--learning-rate', '5000'];

  it('writes the picture, the pixels and the facts of classModel()', async () => {
    const { code, stdout, stderr } = await run([
      'class-model',
      '--class',
      'goldfish',
      '--out',
      out(),
      '--json',
      ...short,
    ]);
    assert.deepEqual([code, stderr], [0, '']);
    const [line] = objectsOf<Line>(stdout);
    assert.deepEqual(readdirSync(out()).sort(), [
      'class-1.class-model.json',
      'class-1.json',
      'class-1.npy',
      'class-1.png',
    ]);
    const expected = await classModel(network(), 1, { steps: 3, learningRate: 5000 });
    assert.deepEqual([line!.class, line!.name, line!.seed, line!.zero], [1, 'goldfish', 0, false]);
    assert.equal(line!.scoreOfImage, expected.scoreOfImage);
    const image = await readImage(join(out(), 'class-1.png'));
    assert.deepEqual(image.data, expected.image.data);
    assert.deepEqual(readNpy(join(out(), 'class-1.npy')).data, expected.pixels.data);
    const facts = JSON.parse(readFileSync(join(out(), 'class-1.json'), 'utf8')) as { history: AscentState[] };
    assert.equal(facts.history.length, 4);
    const seen = await classify(network(), image, { top: 1000 });
    const score = seen.find((prediction) => prediction.class === 1)!.score;
    assert.ok(Math.abs(score - expected.scoreOfImage) < 1e-4 * Math.abs(score));
  });

  it('goes on with --resume, and names files by class and seed', async () => {
    const command = ['class-model', '--class', '1', '--class', '2', '--seed', '4', '--seed', '5', '--noise', '2'];
    const all = [...command, '--out', out(), ...short, '--json'];
    const first = await run(all);
    assert.equal(first.code, 0);
    assert.equal(objectsOf(first.stdout).length, 4);
    rmSync(join(out(), 'class-2.seed-5.class-model.json'));
    const again = await run([...all, '--resume']);
    assert.match(again.stderr, /3 of 4 had been made/);
    assert.deepEqual(
      objectsOf<Line>(again.stdout).map((line) => [line.class, line.seed]),
      [[2, 5]],
    );
  });

  it('makes models of channels, and writes snapshots', async () => {
    const target = ['--layer', 'fire9/concat', '--channel', '3', '--snapshots', '2'];
    const { code, stdout, stderr } = await run(['class-model', ...target, '--out', out(), ...short, '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    const [line] = objectsOf<Line>(stdout);
    assert.equal(line!.class, null);
    assert.ok(readdirSync(out()).includes('fire9-concat.channel-3.step-00002.png'));
  });

  it('takes what says how a network computes', async () => {
    const { code } = await run(['class-model', '--class', '1', '--precision', 'bfloat16', '--out', out(), ...short]);
    assert.equal(code, 0);
  });

  const refused: readonly [title: string, args: readonly string[], code: number, message: RegExp][] = [
    ['neither class nor layer', [], 2, /give either '--class' or '--layer'/],
    ['a channel without a layer', ['--class', '1', '--channel', '2'], 2, /'--channel' needs '--layer'/],
    ['a layer that does not exist', ['--layer', 'fire99'], 1, /layer must be one of the network's, got "fire99"/],
    ['a name of two classes', ['--class', 'crane'], 1, /"crane" fits 134 .* and 517/],
    ['a negative lambda', ['--class', '1', '--lambda', '-1'], 2, /lambda.*number of at least 0/],
  ];
  for (const [title, args, code, message] of refused) {
    it(`refuses ${title} in one line`, async () => {
      const result = await run(['class-model', ...args, '--out', out()]);
      assert.equal(result.code, code);
      assert.match(result.stderr, message);
      assert.equal(result.stderr.trim().split('\n').length, 1);
    });
  }
});
