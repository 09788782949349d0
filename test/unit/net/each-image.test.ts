import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { array } from '#lib/ndarray.js';
import type { NetworkInput } from '#lib/net/batch.js';
import type { CallOptions, Progress } from '#lib/net/call.js';
import { eachImage, type ImageSource } from '#lib/net/each-image.js';
import type { Subject } from '#lib/net/subject.js';

const image = (level: number): NetworkInput => array(Uint8Array.of(level), [1, 1, 1]);
const images = (count: number) => Array.from({ length: count }, (_, i) => image(i));
const levelOf = (img: NetworkInput) => img.data[0]!;

/** Waits until nothing more happens by itself. */
const settled = () => setTimeout(20);

/** Work that notes what has begun and gives the level of the image once `finish` is called, or at once. */
function workbench(automatic = true) {
  const begun: number[] = [];
  const waiting: (() => void)[] = [];
  return {
    begun,
    finish: () => waiting.shift()!(),
    work: async (img: NetworkInput, { what }: Subject) => {
      begun.push(what === 'img' ? 0 : Number(/^img\[(\d+)\]$/.exec(what)![1]));
      if (!automatic) await new Promise<void>((resolve) => waiting.push(resolve));
      if (levelOf(img) === 255) throw new Error(`${what} is bad`);
      return levelOf(img);
    },
  };
}

const results = <S extends ImageSource>(source: S, bench = workbench(), options: CallOptions = {}) =>
  eachImage('test', source, options, () => bench.work);

/** A source that notes what was read of it and whether it was closed. */
function noted(source: readonly NetworkInput[], delay: () => Promise<unknown> = async () => undefined) {
  const notes = { read: 0, closed: false };
  async function* read() {
    try {
      for (const one of source) {
        await delay();
        notes.read++;
        yield one;
      }
    } finally {
      notes.closed = true;
    }
  }
  return { notes, source: read() };
}

async function taken<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

describe('eachImage of one image', () => {
  it('begins the work before it returns', async () => {
    const bench = workbench();
    const result = results(image(7), bench);
    assert.deepEqual(bench.begun, [0]);
    assert.equal(await result, 7);
  });
});

describe('eachImage of an array', () => {
  it('gives the results in order', async () => {
    assert.deepEqual(await results(images(5)), [0, 1, 2, 3, 4]);
    assert.deepEqual(await results([]), []);
  });

  it('has two images in flight, the first begun before it returns', async () => {
    const bench = workbench(false);
    const result = results(images(4), bench);
    assert.deepEqual(bench.begun, [0, 1]);
    await settled();
    assert.deepEqual(bench.begun, [0, 1]);
    bench.finish();
    await settled();
    assert.deepEqual(bench.begun, [0, 1, 2]);
    for (let i = 0; i < 3; i++) {
      bench.finish();
      await settled();
    }
    assert.deepEqual(await result, [0, 1, 2, 3]);
  });

  it('does not see entries that are replaced later', async () => {
    const source = images(4);
    const result = results(source);
    source.fill(image(9));
    assert.deepEqual(await result, [0, 1, 2, 3]);
  });

  it('begins nothing after an error', async () => {
    const bench = workbench();
    await assert.rejects(results([image(0), image(255), image(2), image(3), image(4)], bench), /img\[1\] is bad/);
    await settled();
    assert.ok(!bench.begun.includes(3), `begun: ${bench.begun.join()}`);
  });
});

describe('eachImage of an async iterable', () => {
  it('gives the results in order, and closes nothing that ends by itself', async () => {
    let returned = 0;
    const given = noted(images(5)).source;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => given.next(),
        return: async () => (returned++, { done: true as const, value: undefined }),
      }),
    };
    assert.deepEqual(await taken(results(source)), [0, 1, 2, 3, 4]);
    assert.equal(returned, 0);
  });

  it('reads nothing before the first result is asked for', async () => {
    const { notes, source } = noted(images(2));
    results(source);
    await settled();
    assert.equal(notes.read, 0);
  });

  it('reads the next image while it works on one, and no further', async () => {
    const [bench, { notes, source }] = [workbench(false), noted(images(6))];
    const generator = results(source, bench);
    const first = generator.next();
    await settled();
    assert.deepEqual([notes.read, bench.begun], [2, [0, 1]]);
    bench.finish();
    assert.equal((await first).value, 0);
    bench.finish();
    await settled();
    assert.deepEqual([notes.read, bench.begun], [2, [0, 1]], 'nothing is read until the next result is asked for');
    assert.equal((await generator.next()).value, 1);
    await settled();
    assert.deepEqual([notes.read, bench.begun], [3, [0, 1, 2]]);
    bench.finish();
    await generator.return();
  });

  it('gives a result as soon as it is there, although the next image is not', async () => {
    let more = () => {};
    const first = noted(images(2), () => new Promise<void>((resolve) => (more = resolve)));
    const generator = results(first.source);
    const result = generator.next();
    await setImmediate();
    more();
    assert.equal((await result).value, 0);
    more();
    await generator.return();
  });

  it('closes the source where the consumer stops', async () => {
    const { notes, source } = noted(images(100));
    for await (const level of results(source)) if (level === 1) break;
    assert.deepEqual(notes, { read: 3, closed: true });
  });

  it('closes the source where the consumer throws, whose error stays', async () => {
    const { notes, source } = noted(images(100));
    const consume = async () => {
      for await (const level of results(source)) throw new Error(`not ${level}`);
    };
    await assert.rejects(consume(), /not 0/);
    assert.ok(notes.closed);
  });

  it('gives what came before the error of an image, and closes the source', async () => {
    const { notes, source } = noted([image(0), image(255), ...images(50)]);
    const generator = results(source);
    assert.equal((await generator.next()).value, 0);
    await assert.rejects(generator.next(), /img\[1\] is bad/);
    assert.ok(notes.closed && notes.read <= 4);
    assert.deepEqual(await generator.next(), { done: true, value: undefined });
  });

  it('gives what came before an error of the source', async () => {
    async function* failing() {
      yield* images(2);
      throw new Error('the disk is gone');
    }
    const generator = results(failing());
    assert.deepEqual([(await generator.next()).value, (await generator.next()).value], [0, 1]);
    await assert.rejects(generator.next(), /the disk is gone/);
  });
});

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

describe('signal', () => {
  const reason = new Error('enough');
  const isReason = (rejection: unknown) => rejection === reason;
  const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

  it('aborted already: begins nothing', async () => {
    const signal = AbortSignal.abort(reason);
    const [bench, { notes, source }] = [workbench(), noted(images(2))];
    await assert.rejects(results(image(1), bench, { signal }), isReason);
    await assert.rejects(results(images(2), bench, { signal }), isReason);
    await assert.rejects(taken(results(source, bench, { signal })), isReason);
    assert.deepEqual([bench.begun, notes.read], [[], 0]);
  });

  it('aborted while work goes on: rejects at once and begins nothing more', async () => {
    for (const source of [image(1), images(5)]) {
      const [bench, controller] = [workbench(false), new AbortController()];
      const result = results<ImageSource>(source, bench, { signal: controller.signal }) as Promise<unknown>;
      await settled();
      controller.abort(reason);
      await assert.rejects(result, isReason);
      bench.finish();
      await settled();
      assert.ok(bench.begun.length <= 2);
      assert.equal(listeners(controller.signal), 0);
    }
  });

  it('aborted while the source is busy: rejects at once, and closes the source', async () => {
    let more = () => {};
    const { notes, source } = noted(images(5), () => new Promise<void>((resolve) => (more = resolve)));
    const controller = new AbortController();
    const result = results(source, workbench(), { signal: controller.signal }).next();
    await settled();
    controller.abort(reason);
    await assert.rejects(result, isReason);
    more();
    await settled();
    assert.deepEqual(notes, { read: 1, closed: true });
    assert.equal(listeners(controller.signal), 0);
  });

  it('aborted by onProgress after the last image: rejects still', async () => {
    const controller = new AbortController();
    const options = { signal: controller.signal, onProgress: () => controller.abort(reason) };
    await assert.rejects(results(images(1), workbench(), options), isReason);
  });

  it('shared by many calls has one listener, aborts them all, and has none afterwards', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const calls = Array.from({ length: 12 }, () => results(images(3), workbench(false), { signal }));
    await results(images(1), workbench(), { signal });
    assert.equal(listeners(signal), 1);
    controller.abort(reason);
    for (const call of await Promise.allSettled(calls)) assert.ok(call.status === 'rejected' && isReason(call.reason));
    assert.equal(listeners(signal), 0);
  });

  it('that is never aborted has no listener left, after errors neither', async () => {
    const { signal } = new AbortController();
    await results(image(1), workbench(), { signal });
    await results(images(3), workbench(), { signal });
    await taken(results(noted(images(3)).source, workbench(), { signal }));
    await assert.rejects(results([image(255)], workbench(), { signal }));
    await setImmediate();
    assert.equal(listeners(signal), 0);
  });
});

describe('what eachImage refuses', () => {
  it('a callback that is none, and a signal that is none', async () => {
    for (const [options, message] of [
      [{ onProgress: 'print' }, /test: onProgress must be a function, got "print"/],
      [{ signal: true }, /test: signal must be an AbortSignal, got true/],
      [{ signal: null }, /test: signal must be an AbortSignal, got null/],
    ] as const) {
      await assert.rejects(results(image(1), workbench(), options as never), { code: 'ERR_ARGUMENT', message });
      const generator = results(noted(images(1)).source, workbench(), options as never);
      await assert.rejects(generator.next(), { code: 'ERR_ARGUMENT', message });
    }
  });

  it('closes the source that it was given, of which nothing is read', async () => {
    const bad = { signal: 1 } as never;
    const stream = Readable.from(images(2));
    await assert.rejects(results(stream, workbench(), bad).next(), /signal/);
    assert.ok(stream.destroyed && !stream.readableDidRead);
    const late = Readable.from(images(2));
    await assert.rejects(results(late, workbench(), { signal: AbortSignal.abort() }).next(), { name: 'AbortError' });
    assert.ok(late.destroyed);
    let cancelled = 0;
    const web = new ReadableStream<NetworkInput>({ cancel: () => void cancelled++ });
    await assert.rejects(results(web, workbench(), bad).next(), /signal/);
    const calls: string[] = [];
    const end = { done: true, value: undefined } as const;
    const next = async () => (calls.push('next'), end);
    const close = async () => (calls.push('return'), end);
    const source = { [Symbol.asyncIterator]: () => ({ next, return: close }) };
    await assert.rejects(results(source, workbench(), bad).next(), /signal/);
    await settled();
    assert.deepEqual([cancelled, calls], [1, ['return']]);
  });

  it('is told as it is where the source cannot be closed either', async () => {
    const source = {
      [Symbol.asyncIterator]: () => {
        throw new Error('locked');
      },
    };
    await assert.rejects(results(source, workbench(), { signal: 1 } as never).next(), /signal must be/);
  });
});
