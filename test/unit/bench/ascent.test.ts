import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, type Image } from '#lib/ndarray.js';
import { importBench } from '../../support/bench.js';

interface Outcome {
  readonly contestant: string;
  readonly times: { readonly count: number } | null;
  readonly error: string | null;
  readonly differences: { readonly same: boolean } | null;
}
interface Request {
  readonly work: string;
  readonly ascent: { readonly steps: number; readonly learningRate: number; readonly lambda: number };
  readonly result: string;
}
interface Ascent {
  playModels(contestants: object[], one: object, steps: number, options: object): Promise<Outcome[]>;
  centred(models: { pixels: Image }[], preprocessing: object): Float32Array;
}

describe('bench/measure/ascent', () => {
  let ascent: Ascent;
  let folder: string;
  let asked: [name: string, steps: number][] = [];
  before(async () => {
    ascent = await importBench<Ascent>('measure', 'ascent.js');
    folder = mkdtempSync(join(tmpdir(), 'deep-inside-ascent-'));
  });
  beforeEach(() => (asked = []));
  after(() => rmSync(folder, { recursive: true }));

  /** One whose models are these. */
  function contestant(name: string, modelOf: (request: Request) => readonly number[]) {
    const ask = (request: Request) => {
      asked.push([name, request.ascent.steps]);
      writeFileSync(request.result, Float32Array.from(modelOf(request)));
      return Promise.resolve({ ms: 1 });
    };
    return { name, configurations: { models: ['default'] }, ask };
  }

  const play = (contestants: object[]) =>
    ascent.playModels(contestants, { n: 1, results: 1 }, 40, {
      draw: () => ({ inputs: [0], classes: [[0]] }),
      until: { rounds: 2, seconds: 0, deadline: Infinity },
      result: join(folder, 'result.f32'),
      signal: new AbortController().signal,
    });

  it('compares models of few steps, and times those of many without comparing them', async () => {
    const us = contestant('deep-inside', () => [1, 2]);
    const near = contestant('near', ({ ascent: { steps } }) => (steps === 40 ? [2, 1] : [1, 2.01]));
    const [ours, other] = await play([us, near]);
    assert.deepEqual([ours!.error, ours!.times!.count, ours!.differences], [null, 2, null]);
    assert.deepEqual([other!.error, other!.times!.count, other!.differences!.same], [null, 2, true]);
    assert.deepEqual([...new Set(asked.map(([, steps]) => steps))], [2, 40]);
  });

  it('refuses who makes other models of few steps, or fails, and does not time them', async () => {
    const us = contestant('deep-inside', () => [1, 2]);
    const half = contestant('half', () => [0.5, 1]);
    const broken = contestant('broken', () => {
      throw new Error('no such operation');
    });
    const [ours, ...others] = await play([us, half, broken]);
    assert.equal(ours!.times!.count, 2);
    assert.match(others[0]!.error!, /^SOMETHING ELSE: its results differ by 5\.0e-1$/);
    assert.equal(others[1]!.error, 'no such operation');
    assert.ok(asked.every(([name, steps]) => name === 'deep-inside' || steps === 2));
  });

  it('gives all the same numbers of the ascent', async () => {
    const numbers = new Set<string>();
    const note = ({ work, ascent: { learningRate, lambda } }: Request) => {
      numbers.add([work, learningRate, lambda].join());
      return [1, 2];
    };
    await play([contestant('deep-inside', note), contestant('other', note)]);
    assert.deepEqual([...numbers], ['models,2000,0.000003']);
  });

  it("takes the mean from pixels, in the network's order of channels", () => {
    const pixels = array(Float32Array.of(10, 20, 30, 40, 50, 60), [1, 2, 3]);
    const model = { pixels: pixels as unknown as Image };
    const grey = { mean: [1, 2, 3], range: 255 };
    assert.deepEqual([...ascent.centred([model], { channelOrder: 'RGB', ...grey })], [9, 39, 18, 48, 27, 57]);
    assert.deepEqual([...ascent.centred([model], { channelOrder: 'BGR', ...grey })], [29, 59, 18, 48, 7, 37]);
    const one = { channelOrder: 'RGB', mean: [1 / 255, 0, 0], range: 1 };
    assert.deepEqual([...ascent.centred([model, model], one)].slice(6, 8), [9, 39]);
  });
});
