import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reproduction } from '#lib/cli/reproduction.js';
import { commandTimeout, ended, objectsOf, run, start, temporaryFolder } from '../support/command-line.js';
import { writePicture } from '../support/pictures.js';

/** Too many to be done before a process can be killed. */
const many = 30;

describe('deep-inside reproduce, and where files lie', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const at = (...names: string[]) => join(folder(), ...names);
  const record = () => at('out', 'cat.7.saliency.json');

  /** A map of class 7 of cat.png in out/. */
  async function makeMap(): Promise<void> {
    await writePicture(folder(), 'cat.png', 1);
    assert.equal((await run(['saliency', at('cat.png'), '--class', '7', '--out', at('out')])).code, 0);
  }

  async function reproduced(...args: string[]) {
    const { code, stdout, stderr } = await run(['reproduce', ...args, '--json']);
    return { code, stderr, found: objectsOf<Reproduction>(stdout) };
  }

  it('keeps what it made with --out, and never overwrites anything there', async () => {
    await makeMap();
    const { code, found } = await reproduced(record(), '--out', at('again'));
    assert.equal(code, 0);
    assert.deepEqual(readdirSync(at('again')), readdirSync(at('out')));
    assert.equal(found[0]!.outputs[0]!.again, at('again', 'cat.7.overlay.png'));
    for (const taken of ['out', 'again']) {
      const { code: refused, stdout, stderr } = await run(['reproduce', record(), '--out', at(taken)]);
      assert.deepEqual([refused, stdout], [1, '']);
      assert.match(
        stderr,
        /--out: a new or an empty folder was expected, since nothing is overwritten, got \S+ with 4/,
      );
    }
  });

  it('writes no run over what another tells of', async () => {
    await makeMap();
    const other = ['saliency', at('cat.png'), '--class', '7', '--rule', 'guided'];
    assert.equal((await run([...other, '--out', at('places', '1')])).code, 0);
    const before = readFileSync(at('places', '1', 'cat.7.map.npy'));
    const { code } = await run(['reproduce', record(), at('places', '1'), '--out', at('places')]);
    assert.equal(code, 1);
    assert.deepEqual(readFileSync(at('places', '1', 'cat.7.map.npy')), before);
  });

  it('finds the records of images of one name, in the folders that these were given below', async () => {
    mkdirSync(at('a'));
    mkdirSync(at('b'));
    const images = [await writePicture(at('a'), 'x.png', 1), await writePicture(at('b'), 'x.png', 2)];
    images.push(await writePicture(folder(), 'cat.png', 3));
    assert.equal((await run(['saliency', ...images, '--out', at('out')])).code, 0);
    const { code, found } = await reproduced(at('out'), '--out', at('again'));
    assert.equal(code, 0);
    const names = ['a/x.png.saliency.json', 'b/x.png.saliency.json', 'cat.png.saliency.json'];
    assert.deepEqual(
      found.map((one) => [one.record, one.outputs.length]),
      names.map((name) => [at('out', name), 3]),
    );
    assert.deepEqual(readdirSync(at('again', 'b')), readdirSync(at('out', 'b')));
  });

  it('makes a page again under its own name, whatever the folder is called', async () => {
    const cat = await writePicture(folder(), 'cat.png', 1);
    const args = ['--method', 'gradient', '--no-timings', '--out', at('pets.html')];
    assert.equal((await run(['report', cat, ...args])).code, 0);
    const { code, found } = await reproduced(at('pets.report.json'), '--out', at('again.html'));
    assert.equal(code, 0);
    assert.equal(found[0]!.outputs[0]!.again, at('again.html', 'pets.html'));
  });

  it('refuses --image for several records, for one without an image, and a folder without records', async () => {
    await writePicture(folder(), 'a.png', 1);
    mkdirSync(at('empty'));
    await run(['class-model', '--class', '1', '--class', '2', '--steps', '1', '--out', at('out')]);
    const refused: [args: string[], message: RegExp][] = [
      [[at('out'), '--image', at('a.png')], /--image: one record was expected, .* got 2/],
      [
        [at('out', 'class-1.class-model.json'), '--image', at('a.png')],
        /--image must be left out, since it tells of none/,
      ],
      [[at('empty')], /a folder with records was expected, named by \.saliency\.json, .*, got one without/],
    ];
    for (const [args, message] of refused) {
      const { code, stderr } = await reproduced(...args);
      assert.equal(code, 1);
      assert.match(stderr, message);
    }
  });

  it('after a run that was killed finds whole records only, and all of them after --resume', async () => {
    const pictures = Array.from({ length: many }, (_, i) => writePicture(folder(), `${i}.png`, i, 30, 30));
    const args = ['saliency', ...(await Promise.all(pictures)), '--out', at('out'), '--json'];
    const child = start(args);
    await once(child.stdout!, 'data');
    child.kill('SIGKILL');
    await ended(child);
    const records = () => readdirSync(at('out')).filter((name) => !name.startsWith('.') && name.endsWith('.json'));
    assert.ok(records().length > 0 && records().length < many, `${records().length} of ${many} records`);
    const half = await reproduced(at('out'));
    assert.deepEqual([half.code, half.found.length], [0, records().length]);
    assert.equal((await run([...args, '--resume'])).code, 0);
    const whole = await reproduced(at('out'));
    assert.deepEqual([whole.code, whole.found.length], [0, many]);
  });
});
