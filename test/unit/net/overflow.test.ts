import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import { classify } from '#lib/net/classify.js';
import { openNetwork } from '#lib/net/open-network.js';
import { saliency } from '#lib/visualise/saliency.js';
import { describeOnDevices } from '../../support/devices.js';

const geometry = { stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1, bias: null } as const;

/** Two numbers times 3e38, their differences both ways through a ReLU, and the sum of these: finite if x is below 1. */
const model = {
  graph: {
    input: { name: 'x', shape: [2, 1, 1] },
    nodes: [
      { op: 'conv', name: 'large', inputs: ['x'], output: 'large', weight: 'w1', ...geometry },
      { op: 'conv', name: 'difference', inputs: ['large'], output: 'difference', weight: 'w2', ...geometry },
      { op: 'relu', name: 'relu', inputs: ['difference'], output: 'positive' },
      { op: 'flatten', name: 'flatten', inputs: ['positive'], output: 'features' },
      { op: 'linear', name: 'sum', inputs: ['features'], output: 'sum', weight: 'w3', bias: null },
    ],
    output: 'sum',
  },
  weights: new Map([
    ['w1', { shape: [2, 2, 1, 1], data: Float32Array.of(3e38, 0, 0, 3e38) }],
    ['w2', { shape: [2, 2, 1, 1], data: Float32Array.of(1, -1, -1, 1) }],
    ['w3', { shape: [1, 2], data: Float32Array.of(1, 1) }],
  ]),
  preprocessing: null,
  classes: null,
} as const;

describeOnDevices('an overflow inside a network', (kind) => {
  const refusal = {
    code: 'ERR_ARGUMENT',
    message:
      /scores must be finite, got NaN for class 0 of (img|input); its inputs or weights are so large that float32 overflows/,
  };
  const both = (value: number) => array(Float32Array.of(value, value), [2, 1, 1]);

  /** A batch of n whose last input overflows. */
  const lastOf = (n: number) => array(new Float32Array(2 * n).fill(1).fill(2, 2 * n - 2), [n, 2, 1, 1]);

  it('is told by every call, though a ReLU follows it, and the next input works', async () => {
    const net = await openNetwork('test', model, { device: kind });
    try {
      assert.deepEqual([...(await net.forward(both(2))).data], [NaN]);
      await assert.rejects(saliency(net, both(2), 0), refusal);
      await assert.rejects(classify(net, both(2)), refusal);
      await assert.rejects(net.gradient(both(2), { class: 0 }), refusal);
      for (const [call, of] of [
        [() => classify(net, [both(1), both(2)]), 'img\\[1\\]'],
        [() => saliency(net, [both(1), both(2)], 0), 'img\\[1\\]'],
        [() => saliency(net, [both(1), lastOf(3)], 0), 'input 2 of img\\[1\\]'],
        [() => classify(net, lastOf(40)), 'input 39 of img'],
        [() => net.gradient(lastOf(40), { class: 0 }), 'input 39 of input'],
      ] as const) {
        await assert.rejects(call, { ...refusal, message: new RegExp(`got NaN for class 0 of ${of};`) });
      }
      assert.deepEqual([...(await net.forward(both(1))).data], [0]);
      assert.deepEqual([...(await saliency(net, both(1), 0)).data], [0]);
    } finally {
      await net.dispose();
    }
  });
});
