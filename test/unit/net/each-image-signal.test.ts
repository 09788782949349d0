import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { ImageSource } from '#lib/net/each-image.js';
import { image, images, settled, workbench, results, noted, taken } from '../../support/each-image.js';

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
