import assert from 'node:assert/strict';
import { assertRefused, counting, readSpec, scoresOf } from '../../../support/onnx-model.js';
import { int64, type AttributeSpec, type ModelSpec, type NodeSpec } from '../../../support/onnx-writer.js';
import { chain } from '../../../support/onnx-specs.js';

const reshape = (target: readonly number[], attributes: Record<string, AttributeSpec> = {}): ModelSpec =>
  chain([{ op: 'Reshape', name: 'view', inputs: ['x', 's'], outputs: ['y'], attributes }], {
    initialisers: [int64('s', target)],
  });

const ops = async (spec: ModelSpec) => (await readSpec(spec)).graph.nodes.map(({ op }) => op).join(' ');

describe('Flatten, Reshape and Squeeze from ONNX', () => {
  it('to [n, features] become flatten', async () => {
    for (const target of [
      [1, -1],
      [-1, 6],
      [0, -1],
      [1, 6],
    ])
      assert.equal(await ops(reshape(target)), 'flatten');
    const flatten = (attributes: Record<string, AttributeSpec>) =>
      chain([{ op: 'Flatten', inputs: ['x'], outputs: ['y'], attributes }]);
    assert.equal(await ops(flatten({})), 'flatten');
    assert.equal(await ops(flatten({ axis: -3 })), 'flatten');
    assert.deepEqual(await scoresOf(reshape([1, -1]), counting(6)), counting(6));
  });

  it('take a batch size that the file fixes for any', async () => {
    const spec = { ...reshape([4, 6]), inputs: { x: [4, 2, 3, 1] } };
    assert.deepEqual((await readSpec(spec)).graph.input.shape, [2, 3, 1]);
    assert.equal(await ops(spec), 'flatten');
  });

  it('that change nothing vanish', async () => {
    const nodes: NodeSpec[] = [
      { op: 'Reshape', inputs: ['x', 's'], outputs: ['a'] },
      { op: 'Identity', inputs: ['a'], outputs: ['b'] },
      { op: 'Relu', inputs: ['b'], outputs: ['y'] },
    ];
    const model = await readSpec(chain(nodes, { initialisers: [int64('s', [0, 0, -1, 1])] }));
    assert.deepEqual(
      model.graph.nodes.map(({ inputs }) => inputs),
      [['x']],
    );
  });

  it('drop the axes of one pixel by Squeeze, in the attribute of old files and the input of new ones', async () => {
    const pooled: NodeSpec = { op: 'GlobalAveragePool', inputs: ['x'], outputs: ['g'] };
    const squeeze = (inputs: string[], attributes: Record<string, AttributeSpec>): NodeSpec => ({
      op: 'Squeeze',
      inputs,
      outputs: ['y'],
      attributes,
    });
    const initialisers = [int64('axes', [2, -1])];
    assert.equal(
      await ops(chain([pooled, squeeze(['g'], { axes: [2, 3] })], { opset: 11 })),
      'globalAveragePool flatten',
    );
    assert.equal(await ops(chain([pooled, squeeze(['g', 'axes'], {})], { initialisers })), 'globalAveragePool flatten');
    assert.equal(await ops(chain([pooled, squeeze(['g'], {})])), 'globalAveragePool flatten');
    await assertRefused(
      chain([squeeze(['x'], {})]),
      'ERR_UNSUPPORTED',
      /only \[n, features, 1, 1\] to \[n, features\]/,
    );
  });

  it('are refused where they mix axes, or do not keep the number of elements', async () => {
    const message =
      /node "view" is Reshape; only \[n, \.\.\.\] to \[n, features\] is supported, not \[1, 2, 3, 1\] to \[1, 3, 2, 1\]/;
    await assertRefused(reshape([1, 3, 2, 1]), 'ERR_UNSUPPORTED', message);
    await assertRefused(reshape([6]), 'ERR_UNSUPPORTED', /only \[n, \.\.\.\]/);
    await assertRefused(
      reshape([1, 7]),
      'ERR_FORMAT',
      /an input of shape \[1, 2, 3, 1\] cannot take the shape \[1, 7\]/,
    );
    await assertRefused(reshape([0, -1], { allowzero: 1 }), 'ERR_FORMAT', /cannot take the shape \[0, -1\]/);
    await assertRefused(
      chain([{ op: 'Flatten', inputs: ['x'], outputs: ['y'], attributes: { axis: 2 } }]),
      'ERR_UNSUPPORTED',
      /axis 2/,
    );
  });
});

describe('shape arithmetic around a Reshape', () => {
  it('of the classic exporters is folded: Shape, Gather, Unsqueeze, Concat', async () => {
    const nodes: NodeSpec[] = [
      { op: 'Shape', inputs: ['x'], outputs: ['shape'] },
      { op: 'Constant', inputs: [], outputs: ['zero'], attributes: { value: int64('', 0) } },
      { op: 'Gather', inputs: ['shape', 'zero'], outputs: ['n'], attributes: { axis: 0 } },
      { op: 'Unsqueeze', inputs: ['n'], outputs: ['n1'], attributes: { axes: [0] } },
      { op: 'Concat', inputs: ['n1', 'minus'], outputs: ['target'], attributes: { axis: 0 } },
      { op: 'Reshape', inputs: ['x', 'target'], outputs: ['y'] },
    ];
    assert.equal(await ops(chain(nodes, { opset: 11, initialisers: [int64('minus', [-1])] })), 'flatten');
  });

  it('of the newest exporters is folded: Shape with start and end, Squeeze, value_ints', async () => {
    const nodes: NodeSpec[] = [
      { op: 'Shape', inputs: ['x'], outputs: ['shape'], attributes: { start: 0, end: 1 } },
      { op: 'Squeeze', inputs: ['shape'], outputs: ['n'] },
      { op: 'Constant', inputs: [], outputs: ['one'], attributes: { value_ints: [-1] } },
      { op: 'Reshape', inputs: ['n', 'one'], outputs: ['n1'] },
      { op: 'Constant', inputs: [], outputs: ['six'], attributes: { value_ints: [6] } },
      { op: 'Concat', inputs: ['n1', 'six'], outputs: ['target'], attributes: { axis: 0 } },
      { op: 'Reshape', inputs: ['x', 'target'], outputs: ['y'] },
    ];
    assert.equal(await ops(chain(nodes, { opset: 20 })), 'flatten');
  });

  it('may multiply the sides: Mul, Div, Sub, Slice, Cast', async () => {
    const nodes: NodeSpec[] = [
      { op: 'Shape', inputs: ['x'], outputs: ['shape'] },
      { op: 'Slice', inputs: ['shape', 'i1', 'i2'], outputs: ['two'] },
      { op: 'Slice', inputs: ['shape', 'i2', 'i3'], outputs: ['three'] },
      { op: 'Mul', inputs: ['two', 'three'], outputs: ['six'] },
      { op: 'Div', inputs: ['six', 'i4'], outputs: ['one'] },
      { op: 'Sub', inputs: ['six', 'one'], outputs: ['five'] },
      { op: 'Add', inputs: ['five', 'one'], outputs: ['again'] },
      { op: 'Cast', inputs: ['again'], outputs: ['cast'], attributes: { to: 7 } },
      { op: 'Concat', inputs: ['i1', 'cast'], outputs: ['target'], attributes: { axis: 0 } },
      { op: 'Reshape', inputs: ['x', 'target'], outputs: ['y'] },
    ];
    const initialisers = [1, 2, 3, 4].map((i) => int64(`i${i}`, [i]));
    assert.equal(await ops(chain(nodes, { initialisers })), 'flatten');
  });
});
