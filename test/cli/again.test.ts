import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { writePicture } from '../support/pictures.js';
import { writeSmallNet } from '../support/small-net.js';

interface FileReport {
  readonly file: string;
}

describe('deep-inside saliency, once more', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const at = (name: string) => join(folder(), name);
  const namesIn = (stdout: string) => objectsOf<FileReport>(stdout).map(({ file }) => file);
  const again = (...flags: string[]) => run(['saliency', folder(), '--out', folder(), '--json', ...flags]);

  it('leaves out of a folder what it has written there, and takes what is named', async () => {
    await writePicture(folder(), 'cat.png', 1);
    await writePicture(folder(), 'sketch.map.png', 2); // no output: there is no sketch.map.npy
    const first = await again();
    const names = readdirSync(folder());
    const second = await again();
    assert.deepEqual(namesIn(first.stdout), [at('cat.png'), at('sketch.map.png')]);
    assert.deepEqual(namesIn(second.stdout), namesIn(first.stdout));
    assert.equal(second.stderr, `deep-inside: ${folder()}: skipped 8 outputs of an earlier run\n`);
    assert.deepEqual(readdirSync(folder()), names);

    const named = await run(['classify', at('cat.overlay.png'), '--json']);
    assert.deepEqual(namesIn(named.stdout), [at('cat.overlay.png')]);
  });

  it('--resume does the files that have no map, half of one, no record or one of another image', async () => {
    for (const [i, name] of ['absent', 'changed', 'cut', 'done', 'half', 'killed', 'touched'].entries())
      await writePicture(folder(), `${name}.png`, i);
    const choice = ['--class', '1', '--class', '2'];
    await again(...choice);
    for (const ending of ['map.npy', 'map.png', 'overlay.png']) rmSync(at(`absent.2.${ending}`));
    await writePicture(folder(), 'changed.png', 9);
    utimesSync(at('changed.png'), 0, 0);
    truncateSync(at('cut.1.map.npy'), 99);
    rmSync(at('half.1.map.png'));
    rmSync(at('killed.2.saliency.json'));
    const later = new Date(statSync(at('touched.1.map.npy')).mtimeMs + 10_000);
    utimesSync(at('touched.png'), later, later);
    const { code, stdout, stderr } = await again(...choice, '--resume', '--quiet');
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(namesIn(stdout), ['absent.png', 'changed.png', 'cut.png', 'half.png', 'killed.png'].map(at));
  });

  it('--resume does again what was made with other options, names or weights', async () => {
    await writePicture(folder(), 'cat.png', 1);
    const [model, names] = [writeSmallNet(folder()), at('names.txt')];
    writeFileSync(names, 'ant\nbee\ncat\n');
    const done = async (...flags: string[]) => {
      const { code, stdout } = await again('--class', '1', '--model', model, '--preprocessing', 'caffe', ...flags);
      assert.equal(code, 0);
      return objectsOf(stdout).length;
    };
    assert.deepEqual([await done('--resume'), await done('--resume')], [1, 0]);
    for (const option of ['--rule=guided', '--colours=grey', `--names=${names}`]) {
      assert.deepEqual([await done('--resume', option), await done('--resume', option)], [1, 0], option);
    }
    assert.equal(await done('--resume', '--threads', '1'), 1, 'the names are left out again');
    assert.equal(await done('--resume', '--threads', '2', '--debug'), 0, 'the machine does not matter');
    writeSmallNet(folder(), 3);
    assert.equal(await done('--resume'), 1);
  });

  it('--top of more classes than there are is done when all are, and has its figure', async () => {
    await writePicture(folder(), 'cat.png', 1);
    const network = ['--model', writeSmallNet(folder()), '--preprocessing', 'caffe'];
    const first = await again(...network, '--top', '5', '--figure', 'all.png');
    assert.deepEqual(objectsOf(first.stdout).at(-1), { figure: at('all.png'), records: [at('all.figure.json')] });
    const { stderr } = await again(...network, '--top', '5', '--resume');
    assert.match(stderr, /--resume: 1 of 1 files had been done/);
  });

  it('--resume with nothing left to do says so and exits with 0', async () => {
    await writePicture(folder(), 'cat.png', 1);
    await again();
    const { code, stdout, stderr } = await again('--resume');
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /^deep-inside: --resume: 1 of 1 files had been done$/m);
  });

  it('--resume reports an input whose output would be an input', async () => {
    const cat = await writePicture(folder(), 'cat.png', 1);
    copyFileSync(cat, at('cat.overlay.png'));
    const { code, stderr } = await again('--resume');
    assert.equal(code, 1);
    assert.match(stderr, /cat\.png: an input is never overwritten/);
  });
});
