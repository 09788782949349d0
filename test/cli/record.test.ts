import assert from 'node:assert/strict';
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readRecord } from '#lib/cli/record.js';
import type { Reproduction } from '#lib/cli/reproduction.js';
import { loadNetwork, saveNetwork } from '#lib/index.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { loadedFor } from '../support/loaded.js';
import { writePicture } from '../support/pictures.js';
import { factsOfFile, writingCommands } from '../support/records.js';

interface Report {
  readonly outputs?: readonly string[];
  readonly records: readonly string[];
}

describe('deep-inside writes a record beside its files', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const network = loadedFor(() => loadNetwork());
  const out = () => join(folder(), 'out');

  /** The network in the box as a file, with other names of classes. */
  async function saveWithNames(path: string): Promise<void> {
    const net = await loadNetwork(undefined, { names: Array.from({ length: 1000 }, (_, i) => `thing ${i}`) });
    await saveNetwork(net, path);
    await net.dispose();
  }

  for (const [i, [command, ...rest]] of writingCommands('photo', 'folder', 'model').entries()) {
    it(`of \`${[command, ...rest].join(' ')}\`, from which they are the same in another place`, async () => {
      const photo = await writePicture(folder(), 'a.png', 1);
      await writePicture(folder(), 'b.png', 2);
      const model = join(folder(), 'net.safetensors');
      const args = writingCommands(photo, folder(), model)[i]!;
      if (args.includes(model)) await saveWithNames(model);
      const place = command === 'report' ? join(out(), 'page.html') : out();
      const { code, stdout, stderr } = await run([...args, '--out', place, '--json', '--quiet']);
      assert.deepEqual([code, stderr], [0, '']);
      const told = new Set(objectsOf<Report>(stdout).flatMap(({ records }) => records));
      const written = readdirSync(out()).map((name) => join(out(), name));
      assert.deepEqual(
        [...told].sort(),
        written.filter((path) => [command, 'figure'].some((one) => path.endsWith(`.${one}.json`))).sort(),
      );
      const hashed: string[] = [];
      for (const path of told) {
        const { outputs, environment } = await readRecord(path);
        for (const { path: name, ...facts } of Object.values(outputs)) {
          assert.deepEqual(facts, factsOfFile(join(dirname(path), name)));
          hashed.push(join(dirname(path), name));
        }
        assert.equal(environment.device.name, network().device.name);
      }
      assert.deepEqual([...hashed, ...told].sort(), written.sort(), 'each file is in one record');

      const moved = `${folder()}-moved`;
      renameSync(folder(), moved);
      const again = await run(['reproduce', join(moved, 'out'), '--json'], tmpdir());
      rmSync(moved, { recursive: true });
      const found = objectsOf<Reproduction>(again.stdout);
      assert.deepEqual([again.code, again.stderr, found.length], [0, '', told.size]);
      for (const { identical, reasons } of found) assert.deepEqual([identical, reasons], [true, []]);
    });
  }

  it('with network, names, image, class and all options, also those that were left out', async () => {
    const [model, names] = [join(folder(), 'net.safetensors'), join(folder(), 'names.txt')];
    await saveNetwork(network(), model);
    writeFileSync(names, Array.from({ length: 1000 }, (_, i) => `class ${i}\n`).join(''));
    const photo = await writePicture(folder(), 'cat.png', 1);
    const args = ['saliency', 'cat.png', '--class', 'class 7', '--rule', 'guided', '--model', model, '--names', names];
    const { code } = await run([...args, '--out', out(), '--threads', '1', '--max-pixels', '9999'], folder());
    assert.equal(code, 0);
    const record = await readRecord(join(out(), 'cat.7.saliency.json'));
    assert.deepEqual([record.command, record.label], ['saliency', '7']);
    assert.deepEqual(record.options, {
      ...{ tune: false, precision: 'float32', orientation: 'ignore', decoder: 'built-in', maxPixels: 9999 },
      ...{ class: [7], frame: 'input', signed: false, rule: 'guided', score: 'class', tenCrops: false },
    });
    assert.deepEqual(record.files, {
      model: { path: '../net.safetensors', given: model, ...factsOfFile(model) },
      names: { path: '../names.txt', given: names, ...factsOfFile(names) },
    });
    assert.deepEqual(record.image, { path: '../cat.png', given: 'cat.png', ...factsOfFile(photo) });
    const { inputShape, preprocessing } = network();
    assert.deepEqual(record.network, { inputShape, preprocessing, classes: 1000 });
    const [{ class: index, name }] = record.result.predictions as [{ class: number; name: string }];
    assert.deepEqual([index, name], [7, 'class 7']);
    assert.equal(record.environment.device.threads, 1);
    assert.ok(Math.abs(Date.parse(record.started) - Date.now()) < commandTimeout);
  });

  it('with the network in the box by its hash alone', async () => {
    await writePicture(folder(), 'cat.png', 1);
    await run(['saliency', join(folder(), 'cat.png'), '--out', folder()]);
    const { files } = await readRecord(join(folder(), 'cat.saliency.json'));
    assert.deepEqual([files.model!.path, files.model!.given, Object.keys(files)], [null, null, ['model']]);
  });
});
