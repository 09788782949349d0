import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importBench } from '../../support/bench.js';
import { repository } from '../../support/shared.js';

interface Contestant {
  ask(request: object): Promise<Record<string, unknown>>;
  stop(): void;
}
type Constructor = new (start: { name: string; command: string; args: readonly string[] }) => Contestant;

describe('bench/measure/contestant', () => {
  let folder: string;
  let Contestant: Constructor;
  let contestant: Contestant;

  /** Doubles its inputs and adds the first class. */
  const script = `
    import { play } from ${JSON.stringify(pathToFileURL(join(repository, 'bench', 'peers', 'contestant.js')).href)};
    await play(async (model) => {
      if (model === 'damaged') throw new Error('the file is damaged');
      return {
        description: { name: 'doubler', configurations: { maps: ['plain'] } },
        prepare: (work, configuration, { data }, [[first]]) => async () => data.map((x) => 2 * x + first),
      };
    });`;

  before(async () => ({ Contestant } = await importBench<{ Contestant: Constructor }>('measure', 'contestant.js')));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'deep-inside-contestant-'));
    writeFileSync(join(folder, 'doubler.mjs'), script);
    contestant = new Contestant({ name: 'doubler', command: process.execPath, args: [join(folder, 'doubler.mjs')] });
  });
  afterEach(() => {
    contestant.stop();
    rmSync(folder, { recursive: true });
  });

  function load(model: string) {
    const floats = join(folder, 'inputs');
    writeFileSync(floats, Float32Array.of(1, 2, 3, 4, 5, 6));
    const inputs = { floats, shape: [1, 1, 2] };
    return contestant.ask({ load: model, threads: 1, inputs, pictures: inputs });
  }

  it('gathers the inputs asked for, times the call and leaves the result in the file', async () => {
    assert.deepEqual(await load('model'), { name: 'doubler', configurations: { maps: ['plain'] } });
    const result = join(folder, 'result');
    const { ms } = await contestant.ask({
      work: 'maps',
      configuration: 'plain',
      inputs: [2, 0],
      classes: [[7], [8]],
      result,
    });
    assert.ok(Number(ms) >= 0, `took ${String(ms)} ms`);
    const bytes = readFileSync(result);
    assert.deepEqual([...new Float32Array(bytes.buffer, bytes.byteOffset, 4)], [17, 19, 9, 11]);
  });

  it('passes on what it refuses, and goes on', async () => {
    await assert.rejects(load('damaged'), /the file is damaged/);
    assert.equal((await load('model')).name, 'doubler');
  });

  it('one that cannot start is told by its last words', async () => {
    const lost = new Contestant({
      name: 'lost',
      command: process.execPath,
      args: ['-e', 'throw new TypeError("no such package")'],
    });
    await assert.rejects(lost.ask({ load: 'model' }), /TypeError: no such package/);
    const absent = new Contestant({ name: 'absent', command: join(folder, 'nothing'), args: [] });
    await assert.rejects(absent.ask({ load: 'model' }), /ENOENT/);
  });
});
