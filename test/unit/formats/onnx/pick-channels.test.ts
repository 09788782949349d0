import assert from 'node:assert/strict';
import { assertRefused, readSpec, scoresOf } from '../../../support/onnx-model.js';
import { floats, int64, type ModelSpec, type NodeSpec } from '../../../support/onnx-writer.js';

describe('picked channels', () => {
  /** GoogLeNet's transform_input: for each channel Gather, Unsqueeze, Mul, Add; then Concat. */
  function transform(order: number[], opset: number): ModelSpec {
    const nodes = order.flatMap((channel, i): NodeSpec[] => [
      { op: 'Gather', inputs: ['x', `index${channel}`], outputs: [`g${i}`], attributes: { axis: 1 } },
      opset < 13
        ? { op: 'Unsqueeze', inputs: [`g${i}`], outputs: [`u${i}`], attributes: { axes: [1] } }
        : { op: 'Unsqueeze', inputs: [`g${i}`, 'axes'], outputs: [`u${i}`] },
      { op: 'Mul', inputs: [`u${i}`, 'factor'], outputs: [`m${i}`] },
      { op: 'Add', inputs: [`m${i}`, `term${i}`], outputs: [`a${i}`] },
    ]);
    const terms = order.flatMap((channel, i) => [int64(`index${channel}`, channel), floats(`term${i}`, [], [i])]);
    return {
      opset,
      nodes: [
        ...nodes,
        { op: 'Concat', name: 'cat', inputs: order.map((_, i) => `a${i}`), outputs: ['y'], attributes: { axis: 1 } },
      ],
      initialisers: [...terms, int64('axes', [1]), floats('factor', [], [10])],
      ...{ inputs: { x: [1, 3, 1, 2] }, outputs: ['y'] },
    };
  }

  it('in their order become one scaleShift (transform_input), before and after axes became an input', async () => {
    for (const opset of [7, 13]) {
      const spec = transform([0, 1, 2], opset);
      assert.deepEqual(
        (await readSpec(spec)).graph.nodes.map(({ op, name }) => `${op} ${name}`),
        ['scaleShift cat'],
      );
      assert.deepEqual(await scoresOf(spec, [1, 2, 3, 4, 5, 6]), [10, 20, 31, 41, 52, 62]);
    }
  });

  it('in another order become a 1 x 1 convolution', async () => {
    const spec = transform([2, 0], 13);
    assert.deepEqual(
      (await readSpec(spec)).graph.nodes.map(({ op, name }) => `${op} ${name}`),
      ['conv cat'],
    );
    assert.deepEqual(await scoresOf(spec, [1, 2, 3, 4, 5, 6]), [50, 60, 11, 21]);
  });

  it('may be listed (BGR from RGB) or cut out by Slice, and be the output', async () => {
    const gather: ModelSpec = {
      nodes: [{ op: 'Gather', name: 'bgr', inputs: ['x', 'i'], outputs: ['y'], attributes: { axis: 1 } }],
      ...{ initialisers: [int64('i', [2, 1, -3])], inputs: { x: [1, 3, 1, 2] }, outputs: ['y'] },
    };
    assert.deepEqual(await scoresOf(gather, [1, 2, 3, 4, 5, 6]), [5, 6, 3, 4, 1, 2]);
    const attributes = { starts: [1], ends: [2 ** 40], axes: [1] };
    const slice = { ...gather, opset: 9, nodes: [{ op: 'Slice', inputs: ['x'], outputs: ['y'], attributes }] };
    assert.deepEqual(await scoresOf(slice, [1, 2, 3, 4, 5, 6]), [3, 4, 5, 6]);
  });

  it('are refused along other axes, out of range, and without their channel axis', async () => {
    const gather = (axis: number, index: number, next: NodeSpec[] = []): ModelSpec => ({
      nodes: [{ op: 'Gather', name: 'pick', inputs: ['x', 'i'], outputs: ['y'], attributes: { axis } }, ...next],
      ...{ initialisers: [int64('i', index)], inputs: { x: [1, 3, 1, 2] }, outputs: next.length ? ['z'] : ['y'] },
    });
    await assertRefused(
      gather(2, 0),
      'ERR_UNSUPPORTED',
      /node "pick" is Gather \(axis 2\); only channels can be gathered/,
    );
    await assertRefused(gather(1, 3), 'ERR_FORMAT', /channel 3 must be one of the 3/);
    const relu: NodeSpec = { op: 'Relu', name: 'relu', inputs: ['y'], outputs: ['z'] };
    await assertRefused(
      gather(1, 0, [relu]),
      'ERR_UNSUPPORTED',
      /node "relu" is Relu; its input "y" has lost its channel axis/,
    );
  });
});
