import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitted } from '#lib/image/index.js';
import { contactSheet, readImage } from '#lib/index.js';
import { readRecord } from '#lib/cli/record.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { writePicture } from '../support/pictures.js';
import { factsOfFile } from '../support/records.js';

describe('--figure', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const out = (...path: string[]) => join(folder(), 'out', ...path);
  const pictures = async (count: number) => {
    const paths: string[] = [];
    for (let i = 1; i <= count; i++) paths.push(await writePicture(folder(), `p${i}.png`, i, 40 + 10 * i, 80));
    return paths;
  };
  const small = async (path: string) => fitted(await readImage(path), [224, 224]);

  it('of saliency shows images in rows, their maps below, and the names of the classes', async () => {
    const files = await pictures(5);
    const bad = join(folder(), 'bad.png');
    writeFileSync(bad, 'no image');
    const args = ['saliency', ...files, bad, '--class', '7', '--class', '8', '--colours', 'grey', '--out', out()];
    const { code, stdout } = await run([...args, '--figure', 'maps.png', '--json']);
    assert.equal(code, 1);
    assert.deepEqual(objectsOf(stdout).at(-1), { figure: out('maps.png'), records: [out('maps.figure.json')] });
    const column = async (i: number, ending: string) => small(ending ? out(`p${i}.${ending}.map.png`) : files[i - 1]!);
    const cells: Promise<Awaited<ReturnType<typeof small>> | null>[] = [];
    for (const block of [
      [1, 2, 3],
      [4, 5, 0],
    ])
      for (const ending of ['', '7', '8'])
        cells.push(...block.map((i) => (i === 0 ? Promise.resolve(null) : column(i, ending))));
    const row = (name: string, count: number) => [0, 1, 2].map((i) => (i < count ? name : ''));
    const captions = [3, 2].flatMap((n) => [...row('', n), ...row('cock', n), ...row('hen', n)]);
    const expected = contactSheet(await Promise.all(cells), { cols: 3, gap: 6, margin: 12, captions });
    const figure = await readImage(out('maps.png'));
    assert.deepEqual([figure.shape, figure.data], [expected.shape, expected.data]);
    const record = await readRecord(out('maps.figure.json'));
    assert.deepEqual(record.outputs['figure'], { path: 'maps.png', ...factsOfFile(out('maps.png')) });
    assert.deepEqual([record.label, record.options['class'], record.images.length], ['figure', [7, 8], 5]);
    assert.equal((await readRecord(out('p1.7.saliency.json'))).options['figure'], undefined);
  });

  it('is drawn of what is there, whichever run made it', async () => {
    const files = await pictures(2);
    const args = ['explain', ...files, '--method', 'grad-cam', '--out', out(), '--figure', 'maps.png'];
    await run(args);
    const first = factsOfFile(out('maps.png'));
    rmSync(out('maps.png'));
    rmSync(out('p2.grad-cam.map.png'));
    const { stdout } = await run([...args, '--resume']);
    assert.match(stdout, /^.*p2\.png {2}80 x 60.*-> .*maps\.png\n$/s);
    assert.ok(!stdout.includes('p1.png '));
    assert.deepEqual(factsOfFile(out('maps.png')), first);
  });

  it('is never drawn of what was made with other options', async () => {
    const [file] = await pictures(1);
    const make = (...args: string[]) => run(['saliency', file!, '--out', out(), ...args]);
    await make('--rule', 'gradient', '--figure', 'f.png');
    const expected = factsOfFile(out('f.png'));
    await make('--rule', 'guided');
    await make('--rule', 'gradient', '--figure', 'f.png', '--resume');
    assert.deepEqual(factsOfFile(out('f.png')), expected);
  });

  it('of class-model shows all models with their names, and seeds where there are several', async () => {
    const short = ['--steps', '2', '--noise', '5', '--out', out(), '--figure', 'models.png'];
    const { code } = await run([
      'class-model',
      '--class',
      '1',
      '--class',
      '340',
      '--seed',
      '3',
      '--seed',
      '4',
      ...short,
    ]);
    assert.equal(code, 0);
    const order = [['class-1', 3], ['class-1', 4], ['class-340', 3], ['class-340', 4]] as const; // prettier-ignore
    const models = await Promise.all(order.map(([name, seed]) => readImage(out(`${name}.seed-${seed}.png`))));
    const captions = ['goldfish, seed 3', 'goldfish, seed 4', 'zebra, seed 3', 'zebra, seed 4'];
    const expected = contactSheet(models, { cols: 4, gap: 6, margin: 12, captions });
    assert.deepEqual((await readImage(out('models.png'))).data, expected.data);
    const { options, result } = await readRecord(out('models.figure.json'));
    assert.deepEqual([options['class'], options['seed'], result['captions']], [[1, 340], [3, 4], captions]);
  });

  it('is left out of folders, as other outputs are', async () => {
    await pictures(1);
    await run(['saliency', folder(), '--out', folder(), '--figure', 'maps.PNG']);
    const models = ['--class', '1', '--steps', '2', '--snapshots', '1', '--noise', '2', '--seed', '1', '--seed', '2'];
    await run(['class-model', ...models, '--out', folder(), '--figure', 'models.png']);
    writeFileSync(join(folder(), 'class-2.json'), '{}');
    await writePicture(folder(), 'class-2.png', 2); // no output: there is no record
    const { stderr, stdout } = await run(['classify', folder(), '--json']);
    const files = objectsOf<{ readonly file: string }>(stdout).map(({ file }) => file);
    assert.deepEqual(files, ['class-2.png', 'p1.png'].map((name) => join(folder(), name))); // prettier-ignore
    assert.match(stderr, /skipped 20 outputs of an earlier run and 1 other file\n/);
  });

  const refused: [name: string, code: number, message: RegExp][] = [
    ['maps.jpg', 2, /It must be a name that ends in \.png, without a folder/],
    ['a/maps.png', 2, /It must be a name that ends in \.png, without a folder/],
    [
      'p1.map.png',
      1,
      /--figure: p1\.map\.png would be written over .*p1\.map\.png, which is an input or another output/,
    ],
  ];
  for (const [name, expected, message] of refused) {
    it(`refuses ${name} before it makes a map`, async () => {
      const [file] = await pictures(1);
      const { code, stderr } = await run(['saliency', file!, '--out', out(), '--figure', name]);
      assert.equal(code, expected);
      assert.match(stderr, message);
      assert.ok(!existsSync(out()) || readdirSync(out()).length === 0);
    });
  }
});
