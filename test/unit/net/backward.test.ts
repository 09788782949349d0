import assert from 'node:assert/strict';
import type { ReluRule } from '#lib/device/index.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';
import { NetBuilder, type TestNet } from '../../support/net-builder.js';
import { fireNet, miniAlexNet } from '../../support/nets.js';
import { floats, withPass } from '../../support/passes.js';
import { Random } from '../../support/random.js';
import { recordedDevice } from '../../support/recorded-device.js';
import { backward, forward } from '../../support/reference.js';
import { count } from '../../support/reference-values.js';

describeOnDevices('the calls of a backward pass', (kind) => {
  const device = openedFor(kind);

  /** How often d(output) / d(to) calls each operation; its result must be the reference's. */
  async function callsOf(net: TestNet, rule: ReluRule = 'gradient', to = 'x'): Promise<Record<string, number>> {
    const recorded = recordedDevice(device());
    const shape = [1, ...net.graph.input.shape];
    const x = new Random(3).distinct(count(shape));
    const values = forward(net.graph, net.weights, Float64Array.from(x), shape);
    const value = net.graph.output;
    const derivative = new Random(4).normals(count(values.get(value)!.shape));
    const target = { value, start: Float64Array.from(derivative) };
    const expected = backward(net.graph, net.weights, values, target, rule).get(to)!;
    return withPass(recorded.device, net, { n: 1 }, async (pass) => {
      pass.forward(x);
      const before = recorded.calls.length;
      const result = pass.backward({ value, derivative }, rule, to);
      const calls: Record<string, number> = {};
      for (const name of recorded.calls.slice(before)) calls[name] = (calls[name] ?? 0) + 1;
      assertCloseToScale(await floats(result), expected, 1e-5, `d ${value} / d ${to} by ${rule}`);
      return calls;
    });
  }

  it('by "gradient" a ReLU below weights, pools, LRN or a concatenation needs no call; by the other rules each does', async () => {
    for (const [net, relus, needed] of [
      [miniAlexNet(5), 3, undefined],
      // relu10 lies behind the last weights.
      [fireNet(5), 5, 1],
    ] as const) {
      assert.equal((await callsOf(net)).reluBackward, needed);
      assert.equal((await callsOf(net, 'guided')).reluBackward, relus);
      assert.equal((await callsOf(net, 'deconvnet')).reluBackward, relus);
    }
  });

  it('a ReLU needs its call where its own value was asked for, or a reader does not drop', async () => {
    assert.equal((await callsOf(miniAlexNet(5), 'gradient', 'relu1')).reluBackward, undefined);
    const read = new NetBuilder([2, 6, 5], 7)
      .conv('conv', 'x', [4, 2, 3, 3])
      .relu('relu', 'conv')
      .averagePool('mean', 'relu', [2, 3])
      .conv('fine', 'relu', [4, 4, 4, 3])
      .conv('coarse', 'mean', [4, 4, 2, 1]);
    const net = read.simple('add', 'sum', 'fine', 'coarse').build();
    assert.equal((await callsOf(net)).reluBackward, 1);
  });

  it('a sum of two ReLUs below a convolution: the sum drops where both are 0, each ReLU where it is', async () => {
    const net = new NetBuilder([3, 6, 5], 8)
      .conv('a', 'x', [4, 3, 3, 3])
      .relu('relu a', 'a')
      .conv('b', 'x', [4, 3, 3, 3])
      .relu('relu b', 'b')
      .simple('add', 'sum', 'relu a', 'relu b')
      .conv('conv', 'sum', [3, 4, 3, 3])
      .build();
    assert.equal((await callsOf(net)).reluBackward, 2);
  });

  it('a sum hands its gradient to all it sums without a copy, and a shortcut adds in place', async () => {
    const net = new NetBuilder([16, 6, 5], 9)
      .conv('stem', 'x', [16, 16, 1, 1])
      .relu('relu', 'stem')
      .conv('conv', 'relu', [16, 16, 1, 1])
      .simple('add', 'sum', 'conv', 'relu')
      .build();
    assert.deepEqual(await callsOf(net), { tensor: 2, backwardData: 2, add: 1, reluBackward: 1 });
    const twice = new NetBuilder([16, 4, 4], 9).conv('conv', 'x', [16, 16, 1, 1]).simple('add', 'sum', 'conv', 'conv');
    assert.deepEqual(await callsOf(twice.build()), { tensor: 2, add: 1, backwardData: 1 });
  });

  it('only the layers above the destination are visited', async () => {
    const { unpool, backward: normalised, backwardData } = await callsOf(miniAlexNet(5), 'gradient', 'norm1');
    assert.deepEqual([unpool, normalised, backwardData], [2, undefined, 3]);
  });
});
