import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importBench } from '../../support/bench.js';

interface Outcome {
  readonly contestant: string;
  readonly configuration: string;
  readonly times: { readonly median: number; readonly count: number } | null;
  readonly satOut: boolean;
  readonly error: string | null;
  readonly differences: { readonly same: boolean; readonly count: number } | null;
}
interface Request {
  readonly configuration: string;
  readonly inputs: readonly number[];
  readonly result: string;
}
type Player = (request: Request) => { ms: number; values: readonly number[] };
type PlayRow = (contestants: object[], one: object, options: object) => Promise<Outcome[]>;

describe('bench/measure/rounds', () => {
  let playRow: PlayRow;
  let folder: string;
  const asked: string[] = [];
  const seen: number[] = [];

  before(async () => {
    ({ playRow } = await importBench<{ playRow: PlayRow }>('measure', 'rounds.js'));
    folder = mkdtempSync(join(tmpdir(), 'deep-inside-rounds-'));
  });
  beforeEach(() => [asked, seen].forEach((list) => (list.length = 0)));
  after(() => rmSync(folder, { recursive: true }));

  function contestant(name: string, configurations: readonly string[], play: Player) {
    const ask = async (request: Request) => {
      asked.push(`${name} ${request.configuration}`);
      seen.push(request.inputs[0]!);
      const { ms, values } = play(request);
      writeFileSync(request.result, Float32Array.from(values));
      return { ms };
    };
    return { name, configurations: { maps: configurations }, ask };
  }

  let drawn = 0;
  function play(
    contestants: object[],
    rounds: number,
    signal = new AbortController().signal,
    deadline = Infinity,
  ): Promise<Outcome[]> {
    const draw = () => ({ inputs: [drawn++], classes: [[0]] });
    const until = { rounds, seconds: 0, deadline };
    const one = { work: 'maps', n: 1, classes: 1, results: 1 };
    return playRow(contestants, one, { draw, until, result: join(folder, 'result.f32'), signal });
  }

  const us = contestant('deep-inside', ['default'], () => ({ ms: 10, values: [1, 2] }));

  it('calls all in turn, each round begun by another one, with the same inputs that no other round has', async () => {
    const peer = contestant('peer', ['a'], () => ({ ms: 12, values: [1, 2] }));
    const outcomes = await play([us, peer], 2);
    assert.deepEqual(
      outcomes.map(({ times }) => times?.median),
      [10, 12],
    );
    assert.deepEqual(asked.slice(-4), ['deep-inside default', 'peer a', 'peer a', 'deep-inside default']);
    assert.deepEqual(
      seen.filter((input, i) => i % 2 === 0 && input !== seen[i + 1]),
      [],
    );
    assert.equal(new Set(seen).size, seen.length / 2);
  });

  it('a configuration far slower than its sibling sits out, and its fastest call is kept', async () => {
    const peer = contestant('peer', ['fast', 'slow'], ({ configuration }) => ({
      ms: configuration === 'fast' ? 12 : 30,
      values: [1, 2],
    }));
    const outcomes = await play([us, peer], 5);
    const slow = outcomes.find(({ configuration }) => configuration === 'slow')!;
    assert.deepEqual([slow.satOut, slow.times?.median, slow.times?.count], [true, 30, 1]);
    assert.equal(outcomes.find(({ configuration }) => configuration === 'fast')!.times?.count, 5);
  });

  it('one slow call does not make a configuration sit out', async () => {
    let calls = 0;
    const peer = contestant('peer', ['a', 'b'], ({ configuration }) => ({
      ms: configuration === 'a' && calls++ === 1 ? 1000 : 12,
      values: [1, 2],
    }));
    assert.deepEqual(
      (await play([us, peer], 2)).filter(({ satOut }) => satOut),
      [],
    );
  });

  it('compares with the first configuration of the first contestant, whoever begins the round', async () => {
    const twice = contestant('deep-inside', ['default', 'tuned'], ({ configuration }) => ({
      ms: 10,
      values: configuration === 'default' ? [1, 2] : [1, 2.01],
    }));
    const [first, second] = await play([twice], 4);
    assert.equal(first!.differences, null);
    assert.equal(second!.differences?.count, 7);
  });

  it('tells who computes something else, who fails and why', async () => {
    const wrong = contestant('wrong', ['a'], () => ({ ms: 5, values: [2, 1] }));
    const short = contestant('short', ['a'], () => ({ ms: 5, values: [1] }));
    const broken = contestant('broken', ['a'], () => {
      throw new Error('no such operation');
    });
    const outcomes = await play([us, wrong, short, broken], 2);
    assert.equal(outcomes[1]!.differences?.same, false);
    assert.equal(outcomes[1]!.error, 'SOMETHING ELSE: its results differ by 6.3e-1');
    assert.equal(asked.filter((name) => name === 'wrong a').length, 3, 'it is not timed');
    assert.match(outcomes[2]!.error!, /gave 1 numbers/);
    assert.equal(outcomes[3]!.error, 'no such operation');
    assert.equal(outcomes[0]!.times?.count, 2);
  });

  it('hands on how many calls are timed in a row, and allows differences and times as it is told', async () => {
    const calls: unknown[] = [];
    const near = contestant('near', ['fast', 'slow'], ({ configuration, ...request }) => {
      calls.push((request as { calls?: number }).calls);
      return { ms: configuration === 'fast' ? 1 : 9, values: [1, 3] };
    });
    const one = { work: 'maps', n: 1, classes: 1, results: 1, calls: 5, difference: 0.5 };
    const outcomes = await playRow([us, near], one, {
      draw: () => ({ inputs: [drawn++], classes: [[0]] }),
      until: { rounds: 1, seconds: 0, deadline: Infinity },
      result: join(folder, 'result.f32'),
      signal: new AbortController().signal,
      tolerated: { own: Infinity, all: Infinity },
    });
    assert.deepEqual(new Set(calls), new Set([5]));
    assert.deepEqual(
      outcomes.map(({ error, satOut, times }) => [error, satOut, times?.count]),
      Array(3).fill([null, false, 1]),
    );
  });

  it('a deadline that is over leaves one round', async () => {
    const [outcome] = await play([us], 1000, undefined, performance.now());
    assert.equal(outcome!.times?.count, 1);
  });

  it('an interruption ends it after the call that runs', async () => {
    const interruption = new AbortController();
    const impatient = contestant('peer', ['a'], () => {
      interruption.abort();
      return { ms: 1, values: [1, 2] };
    });
    await play([us, impatient], 1000, interruption.signal);
    assert.deepEqual(asked, ['deep-inside default', 'peer a']);
  });
});
