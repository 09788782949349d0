import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { image, images, settled, workbench, results, noted, taken } from '../../support/each-image.js';

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
