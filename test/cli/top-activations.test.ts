import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { activationSheet, loadNetwork, readImage, topActivations, type TopUnit } from '#lib/index.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { loadedFor } from '../support/loaded.js';
import { writePicture } from '../support/pictures.js';
import { readJson } from '../support/shared.js';

interface Found {
  readonly channel: number;
  readonly sheet: string | null;
  readonly units: readonly (Pick<TopUnit, 'row' | 'col' | 'value' | 'field' | 'zero'> & { readonly file: string })[];
}

describe('deep-inside top-activations', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const network = loadedFor(() => loadNetwork());
  const out = () => join(folder(), 'out');
  const photographs = () => Promise.all([1, 2, 3, 4].map((seed) => writePicture(folder(), `p${seed}.png`, seed)));

  it('writes a sheet for each channel and what topActivations() found as JSON', async () => {
    const files = await photographs();
    const options = ['--layer', 'fire3/concat', '--channels', '3-4,70', '--count', '2', '--rule', 'guided'];
    const { code, stdout, stderr } = await run(['top-activations', folder(), ...options, '--out', out(), '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    const images = await Promise.all(files.map((file) => readImage(file)));
    const asked = { channels: [3, 4, 70], count: 2, rule: 'guided' } as const;
    const tops = await topActivations(network(), images, 'fire3/concat', asked);
    const facts = readJson<{ rule: string; files: string[]; channels: Found[] }>(join(out(), 'fire3.concat.top.json'));
    const names = files.map((file) => basename(file));
    assert.deepEqual([facts.rule, facts.files], ['guided', names]);
    for (const [i, top] of tops.entries()) {
      const { channel, sheet, units } = facts.channels[i]!;
      assert.equal(channel, top.channel);
      const expected = top.units.map(({ image, row, col, value, field, zero }) => {
        return { file: names[image]!, row, col, value, field, zero };
      });
      assert.deepEqual(units, expected);
      assert.equal(sheet, top.units.length > 0 ? `fire3.concat.top.${channel}.png` : null);
      if (sheet) assert.deepEqual((await readImage(join(out(), sheet))).data, activationSheet(network(), top).data);
    }
    assert.ok(tops.some(({ units }) => units.length === 2));
    const printed = objectsOf<Found & { layer: string }>(stdout);
    const expected = facts.channels.map(({ channel, sheet, units }) => ({
      layer: 'fire3/concat',
      channel,
      sheet: sheet && join(out(), sheet),
      units: units.map((unit) => ({ ...unit, file: join(folder(), unit.file) })),
      records: [join(out(), 'fire3.concat.top-activations.json')],
    }));
    assert.deepEqual(printed, expected);
  });

  it('prints a line for each channel, and one for the file of facts', async () => {
    await photographs();
    const { stdout } = await run([
      'top-activations',
      folder(),
      '--layer',
      'conv10',
      '--channels',
      '0,1',
      '--out',
      out(),
    ]);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines.length, 3);
    assert.match(
      lines[0]!,
      /^conv10\[0\] {2}([\d.]+ to [\d.]+, the most by .*p\d\.png {2}-> .*conv10\.top\.0\.png|no image excites it)$/,
    );
    assert.equal(lines[2], `-> ${join(out(), 'conv10.top.json')}`);
  });

  it('leaves its own sheets out of a folder', async () => {
    await photographs();
    const args = ['top-activations', folder(), '--layer', 'fire3/concat', '--channels', '70', '--out', folder()];
    const first = await run([...args, '--json']);
    assert.deepEqual([first.code, first.stderr], [0, '']);
    const second = await run([...args, '--json']);
    assert.equal(second.stderr, `deep-inside: ${folder()}: skipped 3 outputs of an earlier run\n`);
    assert.equal(second.stdout, first.stdout);
  });

  it('never overwrites an input', async () => {
    const files = await photographs();
    mkdirSync(out());
    const inputs = ['fire3.concat.top.70.png', 'other.png'].map((name) => join(out(), name));
    for (const input of inputs) copyFileSync(files[0]!, input);
    const before = readFileSync(inputs[0]!);
    const args = ['--layer', 'fire3/concat', '--channels', '3,70', '--out', out()];
    const { code, stdout, stderr } = await run(['top-activations', ...inputs, ...args]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /--out: an input is never overwritten, but the output \S+top\.70\.png is the input \S+; name/);
    assert.deepEqual([readFileSync(inputs[0]!), readdirSync(out()).length], [before, 2]);
  });

  it('leaves out a file that is no image, and says so', async () => {
    const [file] = await photographs();
    const odd = join(folder(), 'odd.jpg');
    writeFileSync(odd, 'no image');
    const args = ['--layer', 'fire3/concat', '--channels', '70', '--out', out()];
    const { code, stderr } = await run(['top-activations', odd, file!, ...args]);
    assert.equal(code, 1);
    assert.match(stderr, /^deep-inside: .*odd\.jpg: .*\n$/);
    const { files } = readJson<{ files: string[] }>(join(out(), 'fire3.concat.top.json'));
    assert.deepEqual(files, [basename(file!)]);
    assert.deepEqual(readdirSync(out()), [
      'fire3.concat.top-activations.json',
      'fire3.concat.top.70.png',
      'fire3.concat.top.json',
    ]);
  });

  it('leaves what it found before where no file can be read', async () => {
    await writePicture(folder(), 'p.png', 1);
    const args = ['--layer', 'fire3/concat', '--channels', '3', '--out', out()];
    assert.equal((await run(['top-activations', join(folder(), 'p.png'), ...args])).code, 0);
    const before = readdirSync(out()).map((name) => readFileSync(join(out(), name)));
    const { code, stdout, stderr } = await run(['top-activations', join(folder(), 'absent.png'), ...args]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^deep-inside: \S+absent\.png: cannot be read[^\n]*\n$/);
    const after = readdirSync(out()).map((name) => readFileSync(join(out(), name)));
    assert.deepEqual(after, before);
  });

  it('refuses a layer and a channel that do not exist', async () => {
    const files = await photographs();
    const refused: [args: string[], message: RegExp][] = [
      [['--layer', 'fire3/conca', '--channels', '1'], /layer must be .*did you mean fire3\/concat/],
      [['--layer', 'fire3/concat', '--channels', '1,128'], /channels\[1\] must be an integer from 0 to 127, got 128/],
    ];
    for (const [args, message] of refused) {
      const { code, stdout, stderr } = await run(['top-activations', ...files, ...args, '--out', out()]);
      assert.deepEqual([code, stdout, stderr.trim().split('\n').length], [1, '', 1]);
      assert.match(stderr, message);
    }
  });
});
