import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  insertionDeletion,
  integratedGradients,
  loadNetwork,
  pointingGame,
  randomisation,
  readImage,
  saliency,
  saveNetwork,
  toImageFrame,
  type Network,
} from '#lib/index.js';
import { openNetwork } from '#lib/net/open-network.js';
import type { Checks } from '#lib/cli/check-report.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { fireNet } from '../support/nets.js';
import { writePicture } from '../support/pictures.js';

interface FileReport {
  readonly file: string;
  readonly predictions: readonly { readonly class: number }[];
  readonly checks: readonly Checks[];
  readonly error: string | null;
}

describe('deep-inside check', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();

  /** A small network as a file, and `use` with it. */
  async function withModel(use: (net: Network, model: string) => Promise<void>): Promise<void> {
    const path = join(folder(), 'fire.safetensors');
    const options = { preprocessing: { channelOrder: 'RGB', range: 255, resize: { shortSide: 24 }, crop: 'centre' } } as const; // prettier-ignore
    const made = await openNetwork('test', { ...fireNet(), preprocessing: null, classes: null }, options);
    await saveNetwork(made, path);
    await made.dispose();
    const net = await loadNetwork(path);
    await use(net, path);
    await net.dispose();
  }

  function boxesFile(boxes: unknown): string {
    const path = join(folder(), 'boxes.json');
    writeFileSync(path, typeof boxes === 'string' ? boxes : JSON.stringify(boxes));
    return path;
  }

  it('tells with --json what the functions give, of the best class, and writes no files', () =>
    withModel(async (net, model) => {
      const file = await writePicture(folder(), 'cat.png', 1, 30, 50);
      const boxes = [{ xmin: 2, ymin: 3, xmax: 20, ymax: 25 }];
      const args = [
        '--model',
        model,
        '--boxes',
        boxesFile({ 'cat.png': boxes }),
        '--steps',
        '9',
        '--seed',
        '4',
        '--json',
      ];
      const before = readdirSync(folder());
      const { code, stdout, stderr } = await run(['check', file, ...args]);
      assert.deepEqual([code, stderr, readdirSync(folder())], [0, '', before]);
      const [report] = objectsOf<FileReport>(stdout) as [FileReport];
      const img = await readImage(file);
      const map = await saliency(net, img);
      const { prediction, order, layers } = await randomisation(net, img, undefined, { seed: 4 });
      const { insertion, deletion, random } = await insertionDeletion(net, img, map, undefined, { steps: 9, seed: 4 });
      const [completeness] = (await integratedGradients(net, img)).completeness;
      assert.deepEqual(report.predictions, [prediction]);
      assert.deepEqual(report.checks, [
        {
          class: prediction.class,
          randomisation: { order, layers },
          insertionDeletion: { insertion, deletion, random },
          pointingGame: pointingGame(toImageFrame(net, map, img), boxes),
          completeness,
        },
      ]);
    }));

  it('does the checks that are named, with their options, of each class, for several files', () =>
    withModel(async (net, model) => {
      const files = [await writePicture(folder(), 'a.png', 1), await writePicture(folder(), 'b.png', 2)];
      const boxes = { [files[1]!]: [{ xmin: 0, ymin: 0, xmax: 3, ymax: 3 }] };
      const flags = ['--only', 'randomisation', '--only', 'pointing', '--class', '5', '--class', '0'];
      const ways = ['--order', 'independent', '--redraw', 'permuted', '--rule', 'deconvnet', '--tolerance', '70.5'];
      const all = [...files, '--model', model, '--boxes', boxesFile(boxes), ...flags, ...ways];
      const { code, stdout } = await run(['check', ...all, '--json']);
      assert.equal(code, 0);
      const reports = objectsOf<FileReport>(stdout);
      assert.deepEqual(
        reports.map(({ file }) => file),
        files,
      );
      for (const [i, report] of reports.entries()) {
        const img = await readImage(files[i]!);
        for (const [j, cls] of [5, 0].entries()) {
          const options = { order: 'independent', redraw: 'permuted', rules: ['deconvnet'] } as const;
          const { order, layers } = await randomisation(net, img, cls, options);
          const map = toImageFrame(net, await saliency(net, img, cls), img);
          const pointing = i === 1 && { pointingGame: pointingGame(map, boxes[files[1]!]!, { tolerance: 70.5 }) };
          assert.deepEqual(report.checks[j], { class: cls, randomisation: { order, layers }, ...pointing });
        }
      }
    }));

  it('prints a report in words, and the medians of several maps', () =>
    withModel(async (_, model) => {
      const files = [await writePicture(folder(), 'a.png', 1), await writePicture(folder(), 'b.png', 2)];
      const boxes = Object.fromEntries(
        files.map((file) => [basename(file), [{ xmin: 0, ymin: 0, xmax: 79, ymax: 59 }]]),
      );
      const args = ['--model', model, '--boxes', boxesFile(boxes), '--steps', '5', '--class', '2'];
      const { code, stdout, stderr } = await run(['check', ...files, ...args]);
      assert.deepEqual([code, stderr], [0, '']);
      const lines = stdout.trimEnd().split('\n');
      assert.equal(lines[0], `${files[0]}  80 x 60`);
      const report = stdout.slice(0, stdout.indexOf(files[1]!));
      for (const line of [
        /^ {4}redrawn +gradient +signed +guided +signed$/m,
        /^ {4}conv10( +-?\d\.\d\d){4}$/m,
        /^ {4}conv1( +-?\d\.\d\d){4}$/m,
        /^ {2}gradient maps (change|hardly change) \(-?\d\.\d\d, signed -?\d\.\d\d\) when conv10 is redrawn/m,
        /^ {2}insertion area \d\.\d{3}, by lot \d\.\d{3} \(more is better\)$/m,
        /^ {2}deletion area \d\.\d{3}, by lot \d\.\d{3} \(less is better\)$/m,
        /^ {2}pointing game: a hit, the maximum, at row \d+, col \d+, lies in a box$/m,
        /^ {2}integrated gradients sum to -?\d+\.\d{3} of -?\d+\.\d{3}, \d+\.\d % off, in (64|128|256|512) steps$/m,
      ]) {
        assert.match(report, line);
      }
      const summary = stdout.slice(stdout.indexOf('medians of 2 maps'));
      assert.match(summary, /^ {2}conv10( +-?\d\.\d\d){4}$/m);
      assert.match(summary, /^pointing game: 2 of 2 hit$/m);
      assert.match(summary, /^integrated gradients: \d+\.\d % off, at most \d+\.\d %$/m);
    }));

  it('notes boxes for none of the files, and goes on without the pointing game', () =>
    withModel(async (_, model) => {
      const file = await writePicture(folder(), 'a.png', 1);
      const boxes = boxesFile({ 'b.png': [{ xmin: 0, ymin: 0, xmax: 3, ymax: 3 }] });
      const args = ['check', file, '--model', model, '--boxes', boxes, '--only', 'pointing'];
      const { code, stdout, stderr } = await run([...args, '--json']);
      assert.equal(code, 0);
      assert.match(stderr, /^deep-inside: --boxes: .*boxes\.json has boxes for none of the files\n$/);
      assert.deepEqual(Object.keys(objectsOf<FileReport>(stdout)[0]!.checks[0]!), ['class']);
      assert.doesNotMatch((await run(args)).stdout, /\n *\n/, 'an empty line');
      const other = await writePicture(folder(), 'b.png', 2);
      const more = await run([...args, other, '--json']);
      assert.match(more.stderr, /boxes\.json has boxes for 1 of 2 files, not for \S+a\.png\n$/);
    }));

  it('fails for a file whose boxes lie beside it, and for one that is no picture, but not for the others', () =>
    withModel(async (_, model) => {
      const file = await writePicture(folder(), 'a.png', 1);
      const strange = join(folder(), 'b.png');
      writeFileSync(strange, 'no picture');
      const boxes = boxesFile({ 'a.png': [{ xmin: 900, ymin: 0, xmax: 990, ymax: 3 }] });
      const args = ['--model', model, '--boxes', boxes, '--only', 'pointing'];
      const { code, stderr } = await run(['check', file, strange, ...args]);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /a\.png: pointingGame: boxes\[0\] must lie on the map of 60 x 80 pixels, got 900, 0, 990, 3/,
      );
      assert.match(stderr, /b\.png: /);
    }));

  const broken: [title: string, content: unknown, message: RegExp][] = [
    ['no JSON', '{', /boxes\.json: must be a JSON object such as \{ "cat\.jpg": .* got .*JSON/],
    ['a list', [], /boxes\.json: must be a JSON object .* got other JSON/],
    ['no boxes for a picture', { 'cat.png': [] }, /boxes\.json: "cat\.png": boxes must be an array of at least one/],
    ['a box without a side', { 'cat.png': [{ xmin: 1, ymin: 2, xmax: 3 }] }, /"cat\.png": boxes\[0\] must be \{ xmin/],
  ];
  for (const [title, content, message] of broken) {
    it(`refuses a file of boxes that holds ${title}, before it works`, async () => {
      const { code, stdout, stderr } = await run(['check', 'cat.png', '--boxes', boxesFile(content)]);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, message);
    });
  }

  it('refuses a file of boxes that does not exist', async () => {
    const { code, stderr } = await run(['check', 'cat.png', '--boxes', join(folder(), 'none.json')]);
    assert.equal(code, 1);
    assert.match(stderr, /none\.json: cannot be read: ENOENT/);
  });

  const refused: [args: string, message: RegExp][] = [
    ['--order topdown', /argument 'topdown' is invalid\. Allowed choices are cascading, independent/],
    ['--rule lrp', /argument 'lrp' is invalid\. Allowed choices are gradient, deconvnet, guided/],
    ['--only curve', /argument 'curve' is invalid\. Allowed choices are randomisation, curves, pointing, completeness/],
    ['--only pointing', /'--only pointing' needs '--boxes'/],
    ['--redraw zero', /argument 'zero' is invalid\. Allowed choices are initial, permuted/],
    ['--tolerance -3', /It must be a number of at least 0/],
    ['--tolerance 3', /option '--tolerance' needs '--boxes'/],
    ['--only completeness --rule guided', /option '--rule' is of randomisation, which --only leaves out/],
    ['--only curves --order independent', /option '--order' is of randomisation, which/],
    ['--only curves --redraw permuted', /option '--redraw' is of randomisation, which/],
    ['--only completeness --seed 2', /option '--seed' is of randomisation and curves, which/],
    ['--only randomisation --steps 7', /option '--steps' is of curves, which/],
    ['--only curves --boxes b.json', /option '--boxes' is of pointing, which/],
    ['--only curves --tolerance 3', /option '--tolerance' is of pointing, which/],
    ['--out here', /unknown option '--out'/],
  ];
  for (const [args, message] of refused) {
    it(`refuses ${args}`, async () => {
      const { code, stdout, stderr } = await run(['check', 'cat.png', ...args.split(' ')]);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
    });
  }
});
