import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { classify, classModel, loadNetwork, readImage, type AscentState } from '#lib/index.js';
import { commandTimeout, ended, interrupted, objectsOf, run, start, temporaryFolder } from '../support/command-line.js';
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

  it('with --resume makes again what was made with other options, and not what others were made beside', async () => {
    const made = async (...args: string[]) => {
      const { code, stdout } = await run(['class-model', ...args, '--out', out(), '--json', '--resume']);
      assert.equal(code, 0);
      return objectsOf<Line>(stdout).map((line) => line.class);
    };
    assert.deepEqual(await made('--class', '1', '--steps', '2'), [1]);
    assert.deepEqual(await made('--class', '1', '--class', '2', '--steps', '2'), [2]);
    assert.deepEqual(await made('--class', '1', '--class', '2', '--steps', '3'), [1, 2]);
  });

  it('makes each model once where one cannot be written', async () => {
    mkdirSync(join(out(), 'class-2.png'), { recursive: true });
    const classes = ['1', '2', '3'].flatMap((one) => ['--class', one]);
    const { code, stdout, stderr } = await run(['class-model', ...classes, '--out', out(), '--steps', '2', '--json']);
    assert.equal(code, 1);
    assert.deepEqual(objectsOf<Line>(stdout).map((line) => line.class), [1, 3]); // prettier-ignore
    assert.match(stderr, /^deep-inside: class-2: .*cannot write .*class-2\.png.*\n.*1 of 3 failed\n$/);
  });

  it('refuses a figure in the place of any other output', async () => {
    for (const figure of ['class-1.png', 'class-1.step-00002.png', 'class-1.step-00004.png']) {
      const options = ['--class', '1', '--steps', '5', '--snapshots', '2', '--figure', figure];
      const { code, stderr } = await run(['class-model', ...options, '--out', out()]);
      assert.equal(code, 1, figure);
      assert.match(stderr, /--figure: .* would be written over .*which is an input or another output/);
    }
  });

  it('makes models of channels, and writes snapshots', async () => {
    const target = ['--layer', 'fire9/concat', '--channel', '3', '--snapshots', '2'];
    const { code, stdout, stderr } = await run(['class-model', ...target, '--out', out(), ...short, '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    const [line] = objectsOf<Line>(stdout);
    assert.equal(line!.class, null);
    assert.ok(readdirSync(out()).includes('fire9-concat.channel-3.step-00002.png'));
  });

  it('takes every setting of classModel(), and what says how a network computes', async () => {
    const settings = {
      ...{ steps: 2, lambda: 1e-4, learningRate: 7, schedule: 'linear', optimiser: 'momentum', momentum: 0.5 },
      ...{ score: 'unclipped', noise: 3, jitter: 4, scales: [0, 1.5], normalise: true, chroma: 0.5 },
      ...{ totalVariation: 0.01, blur: { every: 2, sigma: [1, 0.5] }, decay: 0.25, clip: true },
    };
    const args = [
      ...['--steps', '2', '--lambda', '1e-4', '--learning-rate', '7', '--schedule', 'linear', '--momentum', '0.5'],
      ...['--optimiser', 'momentum', '--score', 'unclipped', '--noise', '3', '--jitter', '4', '--scales', '0,1.5'],
      ...[
        '--normalise',
        '--chroma',
        '0.5',
        '--total-variation',
        '0.01',
        '--blur',
        '2,1,0.5',
        '--decay',
        '0.25',
        '--clip',
      ],
      ...['--precision', 'bfloat16', '--quiet'],
    ];
    const { code, stderr } = await run(['class-model', '--class', '1', '--out', out(), ...args]);
    assert.deepEqual([code, stderr], [0, '']);
    const facts = () => JSON.parse(readFileSync(join(out(), 'class-1.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual(facts().settings, settings);
    assert.deepEqual(facts().target, { class: 1 });
    const record = JSON.parse(readFileSync(join(out(), 'class-1.class-model.json'), 'utf8')) as {
      options: { precision: string };
    };
    assert.equal(record.options.precision, 'bfloat16');
    const plain = ['--preset', 'robust', '--steps', '1', '--no-normalise', '--no-clip', '--no-blur', '--no-scales'];
    await run(['class-model', '--class', '1', '--out', out(), ...plain]);
    const robust = facts().settings as Record<string, unknown>;
    assert.deepEqual([robust.normalise, robust.clip, robust.blur, robust.scales], [false, false, null, []]);
  });

  it('reports models that fail, and makes the others', async () => {
    const wild = ['--learning-rate', '1e30', '--lambda', '0', '--steps', '9'];
    const { code, stdout, stderr } = await run([
      'class-model',
      '--class',
      '1',
      '--class',
      '2',
      ...wild,
      '--out',
      out(),
    ]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(
      stderr,
      /^deep-inside: class-1: classModel: score and norm must stay finite.*\n.*class-2: .*\n.*2 of 2 failed\n$/,
    );
  });

  it('gives up on SIGINT what ascends, keeps what is written and exits with 130', async () => {
    const seeds = ['--seed', '0', '--seed', '1', '--noise', '1'];
    const child = start(['class-model', '--class', '1', ...seeds, '--steps', '100', '--out', out()]);
    await once(child.stdout!, 'data');
    child.kill('SIGINT');
    const { code, stderr } = await ended(child);
    assert.deepEqual([code, stderr], [130, `${interrupted}deep-inside: stopped after 1 of 2 models\n`]);
    assert.deepEqual(
      readdirSync(out()).map((name) => name.slice(0, 15)),
      new Array(4).fill('class-1.seed-0.'),
    );
  });

  it('makes the same model once', async () => {
    const twice = ['--seed', '1', '--seed', '1', '--class', '1', '--class', 'goldfish'];
    const { stdout } = await run(['class-model', ...twice, ...short, '--out', out(), '--json']);
    assert.equal(objectsOf(stdout).length, 1);
  });

  const refused: readonly [title: string, args: readonly string[], code: number, message: RegExp][] = [
    ['neither class nor layer', [], 2, /give either '--class' or '--layer'/],
    ['a channel without a layer', ['--class', '1', '--channel', '2'], 2, /'--channel' needs '--layer'/],
    ['a row of a class', ['--class', '1', '--row', '2', '--col', '2'], 2, /'--row' needs '--layer'/],
    ['a row without a column', ['--layer', 'conv10', '--channel', '1', '--row', '1'], 2, /need each other/],
    ['a blur of two numbers', ['--class', '1', '--blur', '1,2'], 2, /every,first,last such as 4,1.5,0.4/],
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
