import assert from 'node:assert/strict';
import { assertRefused, nodeOf, readSpec, scoresOf } from '../../../support/onnx-model.js';
import { floats, type AttributeSpec, type ModelSpec, type NodeSpec } from '../../../support/onnx-writer.js';

/** [features 2] through Flatten and `nodes`, with weights w [3, 2] = 1..6, its transpose t, and biases. */
function linear(...nodes: NodeSpec[]): ModelSpec {
  return {
    nodes: [{ op: 'Flatten', inputs: ['x'], outputs: ['f'] }, ...nodes],
    initialisers: [
      floats('w', [3, 2], [1, 2, 3, 4, 5, 6]),
      floats('t', [2, 3], [1, 3, 5, 2, 4, 6]),
      floats('b', [3], [10, 20, 30]),
      floats('row', [1, 3], [10, 20, 30]),
      floats('one', [1], [7]),
    ],
    inputs: { x: ['n', 2, 1, 1] },
    outputs: ['y'],
  };
}

const gemm = (inputs: string[], attributes: Record<string, AttributeSpec> = {}): NodeSpec => ({
  ...{ op: 'Gemm', name: 'fc', inputs: ['f', ...inputs], outputs: ['y'], attributes },
});
const matMul: NodeSpec = { op: 'MatMul', name: 'fc', inputs: ['f', 't'], outputs: ['m'] };
/** w x for x = [1, -1] */
const product = [-1, -1, -1];

describe('Gemm from ONNX', () => {
  it('keeps weights that are [outputs, features] already, under their name', async () => {
    const model = await readSpec(linear(gemm(['w', 'b'], { transB: 1 })));
    const { weight, bias } = nodeOf(model, 'linear');
    assert.deepEqual([weight, bias, [...model.weights.keys()]], ['w', 'b', ['w', 'b']]);
    assert.deepEqual(await scoresOf(linear(gemm(['w', 'b'], { transB: 1 })), [1, -1]), [9, 19, 29]);
  });

  it('transposes weights that are [features, outputs]', async () => {
    assert.deepEqual(await scoresOf(linear(gemm(['t'])), [1, -1]), product);
    assert.equal(nodeOf(await readSpec(linear(gemm(['t']))), 'linear').weight, 'fc.weight');
  });

  it('multiplies alpha into the weights and beta into the bias', async () => {
    const attributes = { alpha: { float: 2 }, beta: { float: 0.5 }, transB: 1 };
    assert.deepEqual(await scoresOf(linear(gemm(['w', 'b'], attributes)), [1, -1]), [3, 8, 13]);
    assert.deepEqual(await scoresOf(linear(gemm(['t', 'b'], { ...attributes, transB: 0 })), [1, -1]), [3, 8, 13]);
    const without = { alpha: { float: 2 }, beta: { float: 0 } };
    assert.deepEqual(await scoresOf(linear(gemm(['t', 'b'], without)), [1, -1]), [-2, -2, -2]);
  });

  it('spreads a bias of one number, and takes one of shape [1, outputs]', async () => {
    assert.deepEqual(await scoresOf(linear(gemm(['t', 'one'])), [1, -1]), [6, 6, 6]);
    assert.deepEqual(await scoresOf(linear(gemm(['t', 'row'])), [1, -1]), [9, 19, 29]);
  });

  it('gives two layers one copy of the weights that they share', async () => {
    const twice = linear(
      { op: 'Gemm', name: 'a', inputs: ['f', 'w', 'b'], outputs: ['p'], attributes: { transB: 1 } },
      { op: 'Gemm', name: 'b', inputs: ['f', 'w', 'b'], outputs: ['q'], attributes: { transB: 1 } },
      { op: 'Add', name: 'sum', inputs: ['p', 'q'], outputs: ['y'] },
    );
    assert.deepEqual([...(await readSpec(twice)).weights.keys()], ['w', 'b']);
    assert.deepEqual(await scoresOf(twice, [1, -1]), [18, 38, 58]);
  });

  it('refuses transA, and weights and biases that do not fit', async () => {
    await assertRefused(
      linear(gemm(['w'], { transA: 1 })),
      'ERR_UNSUPPORTED',
      /node "fc" is Gemm \(transA 1\); its first input must not be transposed/,
    );
    await assertRefused(linear(gemm(['w'])), 'ERR_FORMAT', /weights of shape \[3, 2\] do not fit 2 features/);
    await assertRefused(linear(gemm(['b'])), 'ERR_FORMAT', /weights of shape \[3\] do not fit/);
    await assertRefused(linear(gemm(['t', 'w'])), 'ERR_FORMAT', /a bias of shape \[3, 2\] does not fit 3 outputs/);
    await assertRefused(
      linear({ ...gemm(['t']), inputs: ['x', 't'] }),
      'ERR_UNSUPPORTED',
      /its input must be \[n, features\], got \[1, 2, 1, 1\]/,
    );
  });
});

describe('MatMul from ONNX', () => {
  it('becomes one layer with the Add behind it, under the name of the MatMul and the value of the Add', async () => {
    for (const inputs of [
      ['m', 'b'],
      ['b', 'm'],
      ['m', 'row'],
    ]) {
      const spec = linear(matMul, { op: 'Add', name: 'bias', inputs, outputs: ['y'] });
      const { name, output, bias } = nodeOf(await readSpec(spec), 'linear');
      assert.deepEqual([name, output, bias], ['fc', 'y', inputs.includes('row') ? 'row' : 'b']);
      assert.deepEqual(await scoresOf(spec, [1, -1]), [9, 19, 29]);
    }
  });

  it('stays without bias where nothing is added', async () => {
    assert.deepEqual(await scoresOf(linear({ ...matMul, outputs: ['y'] }), [1, -1]), product);
  });

  it('keeps its value where another node reads that too', async () => {
    const spec = linear(
      matMul,
      { op: 'Add', name: 'bias', inputs: ['m', 'b'], outputs: ['p'] },
      { op: 'Add', name: 'sum', inputs: ['m', 'p'], outputs: ['y'] },
    );
    const model = await readSpec(spec);
    assert.deepEqual(
      model.graph.nodes.map(({ op, output }) => `${op} ${output}`),
      ['flatten f', 'linear m', 'scaleShift p', 'add y'],
    );
    assert.deepEqual(await scoresOf(spec, [1, -1]), [8, 18, 28]);
  });

  it('takes a bias that a convolution without one has in an Add', async () => {
    const spec: ModelSpec = {
      nodes: [
        { op: 'Conv', name: 'conv', inputs: ['x', 'w'], outputs: ['c'] },
        { op: 'Add', name: 'bias', inputs: ['c', 'b'], outputs: ['y'] },
      ],
      initialisers: [floats('w', [2, 1, 1, 1], [1, 2]), floats('b', [2, 1, 1], [10, 20])],
      inputs: { x: [1, 1, 1, 2] },
      outputs: ['y'],
    };
    assert.deepEqual(await scoresOf(spec, [1, 2]), [11, 12, 22, 24]);
    assert.deepEqual((await readSpec(spec)).weights.get('b')!.shape, [2]);
  });
});
