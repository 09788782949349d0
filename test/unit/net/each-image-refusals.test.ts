import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import type { NetworkInput } from '#lib/net/batch.js';
import { image, images, settled, workbench, results, noted } from '../../support/each-image.js';

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
