import assert from 'node:assert/strict';
import { assertRefused, evaluate, nodeOf, readSpec, scoresOf } from '../../../support/onnx-model.js';
import { floats, type AttributeSpec, type ModelSpec, type NodeSpec } from '../../../support/onnx-writer.js';

function affine(op: string, inputs: string[], shape: number[], values: number[]): ModelSpec {
  return {
    nodes: [{ op, name: 'node', inputs, outputs: ['y'] }],
    initialisers: [floats('c', shape, values)],
    inputs: { x: [1, 2, 1, 2] },
    outputs: ['y'],
  };
}

describe('Add, Sub, Mul and Div of an activation and a constant', () => {
  const cases: [op: string, inputs: string[], shape: number[], values: number[], expected: number[]][] = [
    ['Add', ['x', 'c'], [1, 2, 1, 1], [10, 20], [11, 12, 23, 24]],
    ['Add', ['c', 'x'], [2, 1, 1], [10, 20], [11, 12, 23, 24]],
    ['Add', ['x', 'c'], [], [10], [11, 12, 13, 14]],
    ['Sub', ['x', 'c'], [2, 1, 1], [1, 3], [0, 1, 0, 1]],
    ['Sub', ['c', 'x'], [1], [10], [9, 8, 7, 6]],
    ['Mul', ['x', 'c'], [1, 2, 1, 1], [2, -1], [2, 4, -3, -4]],
    ['Mul', ['c', 'x'], [1, 1, 1, 1], [3], [3, 6, 9, 12]],
    ['Div', ['x', 'c'], [2, 1, 1], [2, 4], [0.5, 1, 0.75, 1]],
  ];
  for (const [op, inputs, shape, values, expected] of cases) {
    it(`${op} ${inputs.join(', ')} with c=[${shape.join(',')}] is a scaleShift`, async () => {
      const spec = affine(op, inputs, shape, values);
      assert.deepEqual(await scoresOf(spec, [1, 2, 3, 4]), expected);
      assert.equal(nodeOf(await readSpec(spec), 'scaleShift').name, 'node');
    });
  }

  it('are refused where the constant differs within a channel, and for constant / activation', async () => {
    await assertRefused(
      affine('Add', ['x', 'c'], [2], [1, 2]),
      'ERR_UNSUPPORTED',
      /constant of shape \[2\] does not give one number per channel of \[1, 2, 1, 2\]/,
    );
    await assertRefused(
      affine('Mul', ['x', 'c'], [1, 1, 2, 1, 1], [1, 2]),
      'ERR_UNSUPPORTED',
      /one number per channel/,
    );
    await assertRefused(affine('Div', ['c', 'x'], [1], [1]), 'ERR_UNSUPPORTED', /a constant divided by an activation/);
  });

  it('stay two nodes where both are there, so that each value has its name', async () => {
    const spec: ModelSpec = {
      nodes: [
        { op: 'Mul', name: 'scale', inputs: ['x', 'c'], outputs: ['m'] },
        { op: 'Add', name: 'shift', inputs: ['m', 'c'], outputs: ['y'] },
      ],
      ...{ initialisers: [floats('c', [2, 1, 1], [2, 3])], inputs: { x: [1, 2, 1, 2] }, outputs: ['y'] },
    };
    const values = evaluate(await readSpec(spec), [1, 2, 3, 4]);
    assert.deepEqual(
      [[...values.get('m')!.data], [...values.get('y')!.data]],
      [
        [2, 4, 9, 12],
        [4, 6, 12, 15],
      ],
    );
  });
});

describe('Add and Sum of activations', () => {
  const relu = (output: string): NodeSpec => ({ op: 'Relu', inputs: ['x'], outputs: [output] });
  const sum = (op: string, inputs: string[]): ModelSpec => ({
    nodes: [relu('a'), relu('b'), { op, name: 'sum', inputs, outputs: ['y'] }],
    ...{ inputs: { x: [1, 1, 1, 2] }, outputs: ['y'] },
  });

  it('add two or more of one shape', async () => {
    assert.deepEqual(await scoresOf(sum('Add', ['a', 'x']), [-1, 2]), [-1, 4]);
    assert.deepEqual(await scoresOf(sum('Sum', ['a', 'b', 'x']), [-1, 2]), [-1, 6]);
  });

  it('of one activation are that activation', async () => {
    const { nodes } = (await readSpec(sum('Sum', ['a']))).graph;
    assert.deepEqual(
      nodes.map(({ op }) => op),
      ['relu'],
    );
  });

  it('are refused where shapes differ, and for products', async () => {
    const spec: ModelSpec = {
      nodes: [
        { op: 'GlobalAveragePool', inputs: ['x'], outputs: ['g'] },
        { op: 'Add', name: 'sum', inputs: ['x', 'g'], outputs: ['y'] },
      ],
      ...{ inputs: { x: [1, 1, 1, 2] }, outputs: ['y'] },
    };
    await assertRefused(
      spec,
      'ERR_UNSUPPORTED',
      /activations of shapes \[1, 1, 1, 2\] and \[1, 1, 1, 1\] cannot be added/,
    );
    await assertRefused(sum('Mul', ['a', 'b']), 'ERR_UNSUPPORTED', /node "sum" is Mul; only sums of activations/);
  });
});

describe('BatchNormalization from ONNX', () => {
  const normalisation = (attributes: Record<string, AttributeSpec>, variance = [4, 1]): ModelSpec => ({
    nodes: [{ op: 'BatchNormalization', name: 'bn', inputs: ['x', 'g', 'b', 'm', 'v'], outputs: ['y'], attributes }],
    initialisers: [
      floats('g', [2], [2, 3]),
      floats('b', [2], [1, -1]),
      floats('m', [2], [1, 3]),
      floats('v', [variance.length], variance),
    ],
    ...{ inputs: { x: [1, 2, 1, 2] }, outputs: ['y'] },
  });

  it('is gamma (x - mean) / sqrt(variance + epsilon) + beta', async () => {
    assert.deepEqual(await scoresOf(normalisation({ epsilon: { float: 0 } }), [1, 2, 3, 4]), [1, 2, -1, 2]);
    assert.deepEqual(await scoresOf(normalisation({ epsilon: { float: 3 } }, [1, 6]), [1, 2, 3, 4]), [1, 2, -1, 0]);
  });

  it('stays a node of its own behind a convolution', async () => {
    const { nodes, ...rest } = normalisation({});
    const conv: NodeSpec = { op: 'Conv', name: 'conv', inputs: ['x', 'w'], outputs: ['c'] };
    const spec = { ...rest, nodes: [conv, { ...nodes[0]!, inputs: ['c', 'g', 'b', 'm', 'v'] }] };
    const model = await readSpec({
      ...spec,
      initialisers: [...rest.initialisers!, floats('w', [2, 2, 1, 1], [1, 0, 0, 1])],
    });
    assert.deepEqual(
      model.graph.nodes.map(({ name }) => name),
      ['conv', 'bn'],
    );
    assert.deepEqual([...model.weights.keys()], ['w', 'bn.scale', 'bn.shift']);
  });

  it('is refused in training form, with statistics that do not fit, and with a variance below zero', async () => {
    await assertRefused(
      normalisation({ training_mode: 1 }),
      'ERR_UNSUPPORTED',
      /node "bn" is BatchNormalization \(training_mode 1\); .*evaluation mode/,
    );
    await assertRefused(normalisation({ spatial: 0 }), 'ERR_UNSUPPORTED', /only statistics per channel/);
    await assertRefused(
      normalisation({}, [1]),
      'ERR_FORMAT',
      /its variance of shape \[1\] does not fit an input of shape \[1, 2, 1, 2\]/,
    );
    await assertRefused(
      normalisation({}, [-1, 1]),
      'ERR_FORMAT',
      /variance and epsilon must add up to positive numbers/,
    );
  });
});
