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
    message: /scores must be finite, got NaN for class 0; its inputs or weights are so large that float32 overflows/,
  };
  const both = (value: number) => array(Float32Array.of(value, value), [2, 1, 1]);

  it('is told by every call, though a ReLU follows it, and the next input works', async () => {
    const net = await openNetwork('test', model, { device: kind });
    try {
      assert.deepEqual([...(await net.forward(both(2))).data], [NaN]);
      await assert.rejects(saliency(net, both(2), 0), refusal);
      await assert.rejects(classify(net, both(2)), refusal);
      await assert.rejects(net.gradient(both(2), { class: 0 }), refusal);
      assert.deepEqual([...(await net.forward(both(1))).data], [0]);
      assert.deepEqual([...(await saliency(net, both(1), 0)).data], [0]);
    } finally {
      await net.dispose();
    }
  });
});
