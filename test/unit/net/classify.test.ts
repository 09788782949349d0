import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import { classify, posteriorsOf, type Prediction } from '#lib/net/classify.js';
import { openNetwork } from '#lib/net/open-network.js';
import { assertClose } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';

/** Scores 0, 2, 1, 2 times the one pixel. */
const model = {
  graph: {
    input: { name: 'x', shape: [1, 1, 1] },
    nodes: [{ op: 'linear', name: 'fc', inputs: ['x'], output: 'fc', weight: 'w', bias: null }],
    output: 'fc',
  },
  weights: new Map([['w', { shape: [4, 1], data: Float32Array.of(0, 2, 1, 2) }]]),
  preprocessing: null,
  classes: ['a', 'b', 'c', 'd'].map((name) => ({ name, wnid: null })),
} as const;
const pixel = (value: number) => array(Float32Array.of(value), [1, 1, 1]);

describeOnDevices('classify', (device) => {
  async function predicted(given: unknown, options?: object) {
    const net = await openNetwork('test', model, { device });
    try {
      return (await classify(net, given as ReturnType<typeof pixel>, options)) as Prediction[];
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

  it('refuses what is no network, and an unknown option', async () => {
    await assert.rejects(classify({} as never, pixel(1)), {
      code: 'ERR_ARGUMENT',
      message: /classify: net must be a network/,
    });
    await assert.rejects(predicted(pixel(1), { tops: 3 }), { code: 'ERR_ARGUMENT', message: /did you mean top\?/ });
    await assert.rejects(predicted(pixel(1), { top: 0 }), { code: 'ERR_ARGUMENT' });
  });
});

describe('posteriorsOf', () => {
  it('does not overflow', () => assert.deepEqual([...posteriorsOf(Float32Array.of(1000, 1000))], [0.5, 0.5]));
});
