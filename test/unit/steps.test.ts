import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { atOnce, inBlocks, inSlices, type Steps } from '#lib/steps.js';

function* counted(steps: number, work = () => {}): Steps<string> {
  for (let i = 0; i < steps; i++) {
    work();
    yield;
  }
  return 'done';
}

/** Keeps the processor busy for a millisecond. */
function busy(): void {
  const end = performance.now() + 1;
  while (performance.now() < end);
}

describe('inBlocks', () => {
  it('covers every item once, in order', () => {
    for (const [count, cost] of [
      [10, 1],
      [10, 2 ** 17],
      [7, 2 ** 25],
      [0, 1],
    ] as const) {
      const seen: number[] = [];
      atOnce(
        inBlocks(count, cost, (begin, end) => seen.push(...Array.from({ length: end - begin }, (_, i) => begin + i))),
      );
      assert.deepEqual(seen, [...Array(count).keys()]);
    }
  });

  it('takes fewer items at a time the more they cost', () => {
    const blocks = (cost: number) => [...inBlocks(8, cost, () => {})].length;
    assert.deepEqual([1, 2 ** 16, 2 ** 18, 2 ** 30].map(blocks), [1, 2, 8, 8]);
  });
});

describe('inSlices', () => {
  it('returns the result itself where the steps take no time', () => assert.equal(inSlices(counted(100)), 'done'));

  it('lets the event loop have its turn every few milliseconds', async () => {
    let turns = 0;
    let done = false;
    const result = Promise.resolve(inSlices(counted(60, busy))).then((value) => {
      done = true;
      return value;
    });
    while (!done) {
      await setImmediate();
      turns++;
    }
    assert.equal(await result, 'done');
    assert.ok(turns >= 3, `${turns} turns in 60 ms`);
  });

  it('rejects with what a step throws', async () => {
    let calls = 0;
    const result = inSlices(
      counted(20, () => {
        busy();
        if (++calls === 15) throw new Error('step 15');
      }),
    );
    await assert.rejects(async () => result, /step 15/);
  });
});
