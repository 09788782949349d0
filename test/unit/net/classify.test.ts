import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import { classify } from '#lib/net/classify.js';
import { openNetwork } from '#lib/net/open-network.js';
import type { Prediction } from '#lib/net/predictions.js';
import { completePreprocessing } from '#lib/net/preprocessing.js';
import { assertClose } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';

/** Scores 0, 2, 1, 2 times the one pixel. An image is squashed to three pixels of its 0-255 grey levels. */
const model = {
  graph: {
    input: { name: 'x', shape: [1, 1, 1] },
    nodes: [{ op: 'linear', name: 'fc', inputs: ['x'], output: 'fc', weight: 'w', bias: null }],
    output: 'fc',
  },
  weights: new Map([['w', { shape: [4, 1], data: Float32Array.of(0, 2, 1, 2) }]]),
  preprocessing: completePreprocessing(
    'test',
    { channelOrder: 'grey', range: 255, resize: { rows: 1, cols: 3 }, crop: 'centre' },
    [1, 1, 1],
  ),
  classes: ['a', 'b', 'c', 'd'].map((name) => ({ name, wnid: null })),
} as const;
const strip = (...levels: number[]) => array(Uint8Array.from(levels), [1, levels.length, 1]);
const pixel = (value: number) => array(Float32Array.of(value), [1, 1, 1]);

describeOnDevices('classify', (device) => {
  const predicted = (given: unknown, options?: object) => predictedBy(model, given, options);

  /** Scores w[c] * pixel + b[c]. */
  function classifyWith(w: readonly number[], b: readonly number[], given: unknown, options: object) {
    const fc = { ...model.graph.nodes[0], bias: 'b' };
    const weights = new Map([
      ['w', { shape: [w.length, 1], data: Float32Array.from(w) }],
      ['b', { shape: [b.length], data: Float32Array.from(b) }],
    ]);
    return predictedBy({ ...model, graph: { ...model.graph, nodes: [fc] }, weights, classes: null }, given, options);
  }

  async function predictedBy(ofModel: Parameters<typeof openNetwork>[1], given: unknown, options?: object) {
    const net = await openNetwork('test', ofModel, { device });
    try {
      return await classify(net, given as ReturnType<typeof pixel>, options);
    } finally {
      await net.dispose();
    }
  }

  it('orders by score, and by index where scores are equal', async () => {
    const order = (await predicted(pixel(1))).map((prediction) => [
      prediction.class,
      prediction.name,
      prediction.score,
    ]);
    assert.deepEqual(order, [
      [1, 'b', 2],
      [3, 'd', 2],
      [2, 'c', 1],
      [0, 'a', 0],
    ]);
  });

  it('gives as many as were asked for', async () => {
    assert.deepEqual(
      (await predicted(pixel(-1), { top: 1 })).map((prediction) => prediction.class),
      [0],
    );
  });

  it('gives posteriors of all classes', async () => {
    const posteriors = (await predicted(pixel(1))).map(({ posterior }) => posterior);
    const sum = 2 * Math.exp(2) + Math.E + 1;
    assertClose(posteriors, [Math.exp(2) / sum, Math.exp(2) / sum, Math.E / sum, 1 / sum], { atol: 1e-12, rtol: 0 });
  });

  it('gives a list for each image of an array and each input of a batch', async () => {
    const tops = (lists: unknown) => (lists as { class: number }[][]).map((list) => list[0]!.class);
    assert.deepEqual(tops(await predicted([pixel(1), pixel(-1)])), [1, 0]);
    assert.deepEqual(tops(await predicted(array(Float32Array.of(1, -1), [2, 1, 1, 1]))), [1, 0]);
  });

  // Eight of the ten crops are the first and the last pixel, two the one in the middle.
  it('of ten crops gives mean scores and mean posteriors', async () => {
    const [best] = await predicted(strip(1, 2, 1), { tenCrops: true, top: 1 });
    const posterior = (x: number) => Math.exp(2 * x) / (1 + Math.exp(x) + 2 * Math.exp(2 * x));
    assert.equal(best!.class, 1);
    assertClose([best!.score], [(8 * 2 + 2 * 4) / 10], { atol: 1e-6, rtol: 0 });
    assertClose([best!.posterior], [(8 * posterior(1) + 2 * posterior(2)) / 10], { atol: 1e-6, rtol: 0 });
  });

  it('of ten crops orders by posterior, not by score', async () => {
    const lists = await classifyWith([0, 0.1], [1, 0], strip(0, 255, 0), { tenCrops: true });
    assertClose(
      lists.map(({ score }) => score),
      [1, (2 * 25.5) / 10],
      { atol: 1e-6, rtol: 0 },
    );
    assert.deepEqual(
      lists.map((prediction) => prediction.class),
      [0, 1],
    );
  });

  it('takes ten crops of every image of an array', async () => {
    const images = [strip(1, 2, 1), strip(2, 1, 2)];
    const lists = (await predicted(images, { tenCrops: true })) as unknown as Prediction[][];
    assert.deepEqual(lists[1], await predicted(images[1], { tenCrops: true }));
    assert.equal(lists.length, 2);
  });

  it('has no best class where float32 overflows, and the next call works', async () => {
    const net = await openNetwork('test', model, { device });
    await assert.rejects(classify(net, pixel(3e38)), {
      code: 'ERR_ARGUMENT',
      message: /classify: scores must be finite, got Infinity for class 1 of img;/,
    });
    assert.equal((await classify(net, pixel(1)))[0]!.class, 1);
    await net.dispose();
  });

  it('says which image of an array it refuses', async () => {
    await assert.rejects(predicted([pixel(1), pixel(NaN)]), { message: /^classify: img\[1\] must be finite, got NaN/ });
    await assert.rejects(predicted([strip(1), , strip(1)]), {
      message: /^classify: img\[1\] must be .*got undefined$/,
    });
    await assert.rejects(predicted((function* () {})()), { message: /array of these or an async iterable, got a Gen/ });
  });

  it('refuses what is no network, and an unknown option', async () => {
    await assert.rejects(classify({} as never, pixel(1)), {
      code: 'ERR_ARGUMENT',
      message: /classify: net must be a network/,
    });
    await assert.rejects(predicted(pixel(1), { tops: 3 }), { code: 'ERR_ARGUMENT', message: /did you mean top\?/ });
    await assert.rejects(predicted(pixel(1), { top: 0 }), { code: 'ERR_ARGUMENT' });
  });
});
