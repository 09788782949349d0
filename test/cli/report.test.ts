import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readRecord } from '#lib/cli/record.js';
import { commandTimeout, ended, objectsOf, run, start, temporaryFolder } from '../support/command-line.js';
import { writePicture } from '../support/pictures.js';
import { factsOfFile } from '../support/records.js';
import { writeSmallNet } from '../support/small-net.js';

interface FileReport {
  readonly file: string;
  readonly width: number | null;
  readonly predictions: readonly { readonly class: number; readonly name: string }[];
  readonly outputs: readonly string[];
  readonly error: string | null;
}

const count = (text: string, part: string | RegExp) => text.split(part).length - 1;

describe('deep-inside report', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const page = () => join(folder(), 'out', 'pets.html');
  const read = (path = page()) => readFileSync(path, 'utf8');
  const report = (args: string[], ...more: string[]) =>
    run(['report', ...args, '--out', page(), '--no-timings', ...more]);
  const pictures = async () => [
    await writePicture(folder(), 'cat.png', 1),
    await writePicture(folder(), 'dog.png', 2, 90, 40),
  ];

  it('writes one page of all images that can be read, tells of the others, and leaves a record', async () => {
    const [cat, dog] = await pictures();
    const bad = join(folder(), 'bad<b>.jpg');
    writeFileSync(bad, 'no image');
    const { code, stdout, stderr } = await report([cat!, bad, dog!], '--method', 'gradient', '--json');
    assert.equal(code, 1);
    assert.match(stderr, /bad<b>\.jpg: a JPEG or PNG image was expected/);
    const lines = objectsOf<FileReport>(stdout);
    assert.deepEqual(
      lines.map(({ file, width, outputs, error }) => [file, width, outputs, error === null]),
      [
        [cat, 80, [page()], true],
        [bad, null, [], false],
        [dog, 40, [page()], true],
      ],
    );
    assert.deepEqual(readdirSync(join(folder(), 'out')), ['pets.html', 'pets.report.json']);
    const text = read();
    assert.deepEqual([count(text, '<article'), count(text, /class="none"/)], [2, 1]);
    assert.match(text, /bad&lt;b&gt;\.jpg: a JPEG or PNG image was expected/);
    assert.ok(text.includes(`<bdi>dog.png</bdi>`) && text.includes(lines[0]!.predictions[0]!.name));
    const { outputs, images, options } = await readRecord(join(folder(), 'out', 'pets.report.json'));
    assert.deepEqual(outputs['report'], { path: 'pets.html', ...factsOfFile(page()) });
    assert.deepEqual(images.map(({ given }) => given), [cat, dog]); // prettier-ignore
    assert.deepEqual([options['method'], options['top'], options['timings']], [['gradient'], 1, false]);
    assert.ok(text.includes(images[1]!.sha256));
  });

  it('shows the methods, classes, unit and models that are asked for', async () => {
    const [cat] = await pictures();
    const { code, stderr } = await report(
      [cat!],
      ...['--method', 'occlusion', '--method', 'gradient', '--class', '7', '--class', '281'],
      ...['--layer', 'fire3/concat', '--class-model', 'goldfish', '--seed', '3'],
    );
    assert.deepEqual([code, stderr], [0, '']);
    const text = read();
    assert.deepEqual(
      [...text.matchAll(/<h3>(.*?)<\/h3>/g)].map((match) => match[1]),
      [
        'What the score of “cock” depends on',
        'What the score of “tabby” depends on',
        'What the strongest unit of fire3/concat saw',
      ],
    );
    assert.equal(count(text, '<div class="pair">'), 4);
    assert.ok(text.indexOf('<b>Gradient</b>') < text.indexOf('<b>Occlusion</b>'));
    assert.match(text, /alt="Class model of goldfish"/);
    assert.match(text, /<th scope="row">Seed<\/th><td>3<\/td>/);
    assert.match(text, /<th scope="row">Occlusion<\/th><td>window 32, stride 16<\/td>/);
  });

  it('tells the date, and how long each map took, unless told not to', async () => {
    const [cat] = await pictures();
    const told = await run(['report', cat!, '--method', 'gradient', '--out', page()]);
    assert.equal(told.code, 0);
    assert.match(told.stdout, /cat\.png {2}80 x 60.*-> .*pets\.html {2}\d+\.\d MB\n$/s);
    assert.match(read(), /<b>Gradient<\/b> · [\d.]+\u00a0m?s/);
    assert.match(read(), /<h2 id="timings-name">Timings/);
    await report([cat!], '--method', 'gradient');
    assert.ok(!/ · [\d.]+\u00a0m?s|Timings|20\d\d ·/.test(read()));
  });

  it('makes the same bytes again, and with --resume makes only what has changed', async () => {
    const [cat, dog] = await pictures();
    const command = ['--method', 'gradient'];
    await report([cat!, dog!], ...command);
    const first = read();
    // An article that is used again keeps what no run would write.
    writeFileSync(page(), first.replaceAll('Back to all images', 'All images, as was'));
    await report([cat!, dog!], ...command, '--resume');
    assert.equal(count(read(), 'All images, as was'), 2);
    await writePicture(folder(), 'dog.png', 3, 90, 40);
    await report([cat!, dog!], ...command, '--resume');
    assert.deepEqual([count(read(), 'All images, as was'), count(read(), 'Back to all images')], [1, 1]);
    writeFileSync(page(), read().replaceAll('Back to all images', 'All images, as was'));
    const ant = await writePicture(folder(), 'ant.png', 4);
    await report([ant, cat!, dog!], ...command, '--class-model', '1', '--resume');
    assert.equal(count(read(), 'All images, as was'), 2, 'neither another image nor a class model changes an article');
    await report([cat!, dog!], '--method', 'guided', '--resume');
    assert.equal(count(read(), 'All images, as was'), 0);
    await writePicture(folder(), 'dog.png', 2, 90, 40);
    await report([cat!, dog!], ...command);
    assert.equal(read(), first);
  });

  it('with --resume tells classes of one name apart, and sees other names and other data of the model', async () => {
    const [cat] = await pictures();
    const [model, names] = [writeSmallNet(folder()), join(folder(), 'names.txt')];
    writeFileSync(names, 'crane\ntabby\ncrane\n');
    const again = async (cls: string) => {
      const network = ['--model', model, '--preprocessing', 'caffe', '--names', names];
      const { code, stderr } = await report([cat!], '--method', 'gradient', '--class', cls, ...network, '--resume');
      assert.equal(code, 0, stderr);
      const kept = count(read(), 'All images, as was');
      writeFileSync(page(), read().replaceAll('Back to all images', 'All images, as was'));
      return kept;
    };
    assert.deepEqual([await again('0'), await again('0'), await again('2')], [0, 1, 0]);
    writeFileSync(names, 'heron\ntabby\ncrane\n');
    assert.equal(await again('2'), 0, 'other names');
    writeSmallNet(folder(), 3);
    assert.equal(await again('2'), 0, 'other data');
  });

  it('goes on where it was killed: what was done lies in a page of its own, which can be looked at', async () => {
    const [cat, dog] = await pictures();
    await report([cat!, dog!], '--method', 'gradient');
    const whole = read();
    const unfinished = page().replace('.html', '.unfinished.html');
    const cut = whole.indexOf('<article', whole.indexOf('<article') + 1) + 500;
    writeFileSync(unfinished, whole.slice(0, cut).replaceAll('Back to all images', 'All images, as was'));
    writeFileSync(page(), 'something else');
    const { code, stdout } = await report([cat!, dog!], '--method', 'gradient', '--resume');
    assert.equal(code, 0);
    assert.match(stdout, /cat\.png.*dog\.png/s);
    assert.equal(read(), whole.replace('Back to all images', 'All images, as was'));
    assert.ok(!readdirSync(join(folder(), 'out')).includes('pets.unfinished.html'));
  });

  it('loses nothing of what was kept where a resumed run is killed, too', async () => {
    const [cat, dog] = await pictures();
    await report([cat!, dog!], '--method', 'occlusion');
    const unfinished = page().replace('.html', '.unfinished.html');
    writeFileSync(unfinished, read().replaceAll('Back to all images', 'All images, as was'));
    rmSync(page());
    const before = statSync(unfinished).ino;
    await writePicture(folder(), 'cat.png', 3);
    const child = start(['report', cat!, dog!, '--out', page(), '--no-timings', '--method', 'occlusion', '--resume']);
    while (statSync(unfinished).ino === before) await setTimeout(10);
    child.kill('SIGKILL');
    await ended(child);
    assert.equal((await report([cat!, dog!], '--method', 'occlusion', '--resume')).code, 0);
    assert.equal(count(read(), 'All images, as was'), 1);
  });

  it('stops among class models on SIGINT, and keeps what was done', async () => {
    const [cat] = await pictures();
    const models = Array.from({ length: 8 }, (_, i) => ['--class-model', String(i)]).flat();
    const child = start(['report', cat!, '--method', 'gradient', ...models, '--out', page()]);
    await once(child.stdout!, 'data');
    child.kill('SIGINT');
    const { code, stderr } = await ended(child);
    assert.equal(code, 130);
    assert.match(stderr, /stopped after 1 of 1 files; they lie in .*pets\.unfinished\.html, and --resume goes on/);
    const left = read(page().replace('.html', '.unfinished.html'));
    assert.deepEqual([count(left, '<article'), count(left, 'Class model of')], [1, 0]);
  });

  it('names images without regard to files that failed', async () => {
    const [cat] = await pictures();
    mkdirSync(join(folder(), 'more'));
    writeFileSync(join(folder(), 'more', 'bad.jpg'), 'no image');
    assert.equal((await report([join(folder(), 'more', 'bad.jpg'), cat!], '--method', 'gradient')).code, 1);
    assert.match(read(), /<h2 id="image-\w+-name"><bdi>cat\.png</);
  });

  it('writes no page where there is nothing to show', async () => {
    await writePicture(folder(), 'cat.png', 1);
    writeFileSync(join(folder(), 'bad.jpg'), 'no image');
    const { code, stdout, stderr } = await report([join(folder(), 'bad.jpg')], '--class-model', '1');
    assert.deepEqual([code, stdout, readdirSync(join(folder(), 'out'))], [1, '', []]);
    assert.match(stderr, /bad\.jpg: a JPEG or PNG image was expected.*\n.*1 of 1 failed\n$/);
  });

  it('refuses a folder in the place of the page before it looks at an image', async () => {
    const [cat] = await pictures();
    mkdirSync(page(), { recursive: true });
    const { code, stdout, stderr } = await report([cat!]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /--out: the page would be the file .*pets\.html, which is a folder; name another/);
  });

  const refused: [args: string[], code: number, message: RegExp][] = [
    [['--out', ''], 2, /argument '' is invalid\. It must be a folder/],
    [['--method', 'lime'], 2, /argument 'lime' is invalid\. Allowed choices are gradient, guided, deconvnet/],
    [
      ['--class', '1', '--top', '2'],
      2,
      /'--class <class>' cannot be used with option '--top <n>'|'--top <n>' cannot be used/,
    ],
    [
      ['--layer', 'fire5/conat'],
      1,
      /--layer: layer must be one of the network's, got "fire5\/conat"; did you mean fire5\/concat/,
    ],
    [['--class-model', 'goldfich'], 1, /--class-model: .*goldfi/],
  ];
  for (const [args, expected, message] of refused) {
    it(`refuses ${args.join(' ')} before it reads anything`, async () => {
      const { code, stdout, stderr } = await run(['report', 'absent.png', ...args], folder());
      assert.deepEqual([code, stdout], [expected, '']);
      assert.match(stderr, message);
      assert.deepEqual(readdirSync(folder()), []);
    });
  }

  it('never writes over an input', async () => {
    const cat = await writePicture(folder(), 'cat.html', 1);
    const before = readFileSync(cat);
    const { code, stderr } = await run(['report', cat, '--out', cat]);
    assert.equal(code, 1);
    assert.match(stderr, /an input is never overwritten, but the report would be; name another file with --out/);
    assert.deepEqual(readFileSync(cat), before);
  });
});
