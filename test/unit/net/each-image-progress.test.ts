import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { Progress } from '#lib/net/call.js';
import type { ImageSource } from '#lib/net/each-image.js';
import { image, images, workbench, results, noted, taken } from '../../support/each-image.js';

describe('onProgress', () => {
  const noting = () => {
    const seen: Progress[] = [];
    return { seen, options: { onProgress: (progress: Progress) => void seen.push(progress) } };
  };

  it('is told after each image, in order', async () => {
    const { seen, options } = noting();
    await results(image(1), workbench(), options);
    await results(images(2), workbench(), options);
    const stage = 'test';
    assert.deepEqual(seen, [
      { done: 1, total: 1, stage },
      { done: 1, total: 2, stage },
      { done: 2, total: 2, stage },
    ]);
  });

  it('has no total for an async iterable', async () => {
    const { seen, options } = noting();
    await taken(results(noted(images(2)).source, workbench(), options));
    assert.deepEqual(
      seen.map(({ done, total }) => [done, total]),
      [
        [1, null],
        [2, null],
      ],
    );
  });

  it('counts of an async iterable the results that were taken: none is lost by stopping there', async () => {
    for (const stop of ['throw', 'abort'] as const) {
      const controller = new AbortController();
      const { source } = noted(images(5));
      let resumeAt = 0;
      const onProgress = ({ done }: Progress) => {
        resumeAt = done;
        if (done < 2) return;
        if (stop === 'throw') throw new Error('enough');
        controller.abort(new Error('enough'));
      };
      const levels: number[] = [];
      const consume = async () => {
        const options = { onProgress, signal: controller.signal };
        for await (const level of results(source, workbench(), options)) levels.push(level);
      };
      await assert.rejects(consume(), /enough/);
      assert.deepEqual([levels, resumeAt], [[0, 1], 2]);
    }
  });

  it('is waited for where it is asynchronous', async () => {
    for (const [count, source] of [
      [1, image(0)],
      [3, images(3)],
      [3, noted(images(3)).source],
    ] as const) {
      const events: string[] = [];
      const onProgress = async ({ done }: Progress) => {
        events.push(`begins ${done}`);
        await setTimeout(5);
        events.push(`ends ${done}`);
      };
      const call = results<ImageSource>(source, workbench(), { onProgress });
      await (Symbol.asyncIterator in call ? taken(call) : call);
      const expected = Array.from({ length: count }, (_, i) => [`begins ${i + 1}`, `ends ${i + 1}`]);
      assert.deepEqual(events, expected.flat());
    }
  });

  for (const [what, source] of [
    ['one image', () => image(1)],
    ['an array', () => images(3)],
    ['an async iterable', () => noted(images(3)).source],
  ] as const) {
    it(`rejects the call with what it throws or rejects with, for ${what}`, async () => {
      const failure = new Error('no more paper');
      const throws = () => {
        throw failure;
      };
      for (const onProgress of [throws, () => Promise.reject(failure), () => setTimeout(5).then(throws)]) {
        const call = results<ImageSource>(source(), workbench(), { onProgress });
        await assert.rejects(
          async () => (Symbol.asyncIterator in call ? taken(call) : call),
          (reason) => reason === failure,
        );
      }
    });
  }
});
