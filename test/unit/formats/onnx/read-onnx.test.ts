import assert from 'node:assert/strict';
import { assertRefused, evaluate, nodeOf, readSpec } from '../../../support/onnx-model.js';
import { floats, int64, type ModelSpec } from '../../../support/onnx-writer.js';
import { one, relu } from '../../../support/onnx-specs.js';

describe('readOnnx', () => {
  it('keeps the names of nodes and values; a node without a name goes by its output', async () => {
    const { graph } = await readSpec({ ...one('Relu'), nodes: [relu('x', 'a', '/features/0/Relu'), relu('a', 'y')] });
    assert.deepEqual(
      graph.nodes.map(({ name, output }) => [name, output]),
      [
        ['/features/0/Relu', 'a'],
        ['y', 'y'],
      ],
    );
    assert.deepEqual([graph.input, graph.output], [{ name: 'x', shape: [2, 3, 4] }, 'y']);
  });

  it('gives nodes of one name different ones', async () => {
    const { graph } = await readSpec({
      ...one('Relu'),
      nodes: [relu('x', 'a', 'relu'), relu('a', 'b', 'relu'), relu('b', 'y', 'b')],
    });
    assert.deepEqual(
      graph.nodes.map(({ name }) => name),
      ['relu', 'b', 'y'],
    );
  });

  it('sorts nodes that come before their inputs, and leaves out what the scores do not need', async () => {
    const nodes = [relu('a', 'y'), { op: 'FancyUnknown', inputs: ['a'], outputs: ['aux'] }, relu('x', 'a')];
    const { graph } = await readSpec({ ...one('Relu'), nodes, outputs: ['y', 'aux'] });
    assert.deepEqual(
      graph.nodes.map(({ output }) => output),
      ['a', 'y'],
    );
  });

  it('takes weights that are listed among the inputs, and leaves out inputs and weights that nothing reads', async () => {
    const spec = one('Add', {}, { initialisers: [floats('c', [], [2]), floats('unused', [1], [1])] });
    const nodes = [{ ...spec.nodes[0]!, inputs: ['x', 'c'] }];
    const model = await readSpec({ ...spec, nodes, inputs: { c: [], x: [1, 1, 1, 1], spare: [1, 1, 1, 1] } });
    assert.equal(model.graph.input.name, 'x');
    assert.deepEqual([...model.weights.keys()], ['node1.scale', 'node1.shift']);
  });

  it('never gives a made-up weight the name of another value', async () => {
    const spec = one('Mul', {}, { initialisers: [floats('node1.scale', [], [3])] });
    const model = await readSpec({ ...spec, nodes: [{ ...spec.nodes[0]!, inputs: ['x', 'node1.scale'] }] });
    assert.deepEqual([...model.weights.keys()], ['node1.scale.2']);
  });

  it("reads operator set 7 and sets far newer than today's", async () => {
    for (const opset of [7, 99]) assert.equal((await readSpec(one('Relu', {}, { opset }))).graph.nodes.length, 1);
    await assertRefused(one('Relu', {}, { opset: 6 }), 'ERR_UNSUPPORTED', /operator set 6 must be 7 or newer/);
  });

  it('reads LRN with alpha as ONNX counts it, and its default constants', async () => {
    const { size, alpha, beta, k } = nodeOf(
      await readSpec(one('LRN', { size: 5, alpha: { float: 0.5 }, bias: { float: 2 } })),
      'lrn',
    );
    assert.deepEqual([size, alpha, beta, k], [5, 0.5, 0.75, 2]);
    assert.equal(nodeOf(await readSpec(one('LRN', { size: 3 })), 'lrn').alpha, 1e-4);
  });

  it('reads Dropout with its rate in the attribute or, from operator set 12, in an input', async () => {
    assert.equal(
      nodeOf(await readSpec(one('Dropout', { ratio: { float: 0.25 } }, { opset: 7 })), 'dropout').rate,
      0.25,
    );
    const spec = one('Dropout', {}, { initialisers: [floats('r', [], [0.75])] });
    assert.equal(
      nodeOf(await readSpec({ ...spec, nodes: [{ ...spec.nodes[0]!, inputs: ['x', 'r'] }] }), 'dropout').rate,
      0.75,
    );
    assert.equal(nodeOf(await readSpec(one('Dropout')), 'dropout').rate, 0.5);
  });

  it('refuses Dropout that was exported for training, and takes it where it was not', async () => {
    const spec = (training: number): ModelSpec => ({
      ...one('Dropout'),
      initialisers: [{ name: 't', dims: [], type: 'bool', integers: [training] }],
      nodes: [{ op: 'Dropout', name: 'drop', inputs: ['x', '', 't'], outputs: ['y'] }],
    });
    await assertRefused(spec(1), 'ERR_UNSUPPORTED', /node "drop" is Dropout; .*for training; .*in evaluation mode/);
    assert.equal(nodeOf(await readSpec(spec(0)), 'dropout').rate, 0.5);
  });

  it('reads a ReduceMean over rows and columns as a global average pool, flattened unless keepdims', async () => {
    const mean = { axes: [-1, 2], keepdims: 1 };
    const ops = async (spec: ModelSpec) =>
      (await readSpec(spec)).graph.nodes.map(({ op, output }) => `${op} ${output}`);
    assert.deepEqual(await ops(one('ReduceMean', mean)), ['globalAveragePool y']);
    assert.deepEqual(await ops(one('ReduceMean', { ...mean, keepdims: 0 })), [
      'globalAveragePool y.pooled',
      'flatten y',
    ]);
    const spec = one('ReduceMean', {}, { opset: 18, initialisers: [int64('axes', [2, 3])] });
    assert.deepEqual(await ops({ ...spec, nodes: [{ ...spec.nodes[0]!, inputs: ['x', 'axes'] }] }), [
      'globalAveragePool y',
    ]);
    await assertRefused(
      one('ReduceMean', { axes: [1] }),
      'ERR_UNSUPPORTED',
      /only means over rows and columns .* not over \[1\]/,
    );
    await assertRefused(one('ReduceMean'), 'ERR_UNSUPPORTED', /not over \[\]/);
  });

  it('joins channels by Concat along axis 1 or -3, and nothing else', async () => {
    const spec = one('Concat', { axis: -3 });
    const nodes = [relu('x', 'a'), { ...spec.nodes[0]!, inputs: ['x', 'a'] }];
    const model = await readSpec({ ...spec, nodes });
    assert.deepEqual(evaluate(model, new Float64Array(24)).get('y')!.shape, [1, 4, 3, 4]);
    const along2 = nodes.map((node) => ({ ...node, attributes: { axis: 2 } }));
    await assertRefused({ ...spec, nodes: along2 }, 'ERR_UNSUPPORTED', /only channels can be joined/);
  });

  it('passes a cast between floats through', async () => {
    assert.equal(
      (
        await readSpec({
          ...one('Relu'),
          nodes: [relu('x', 'a'), { op: 'Cast', inputs: ['a'], outputs: ['y'], attributes: { to: 10 } }],
        })
      ).graph.output,
      'y',
    );
    await assertRefused(
      one('Cast', { to: 7 }),
      'ERR_UNSUPPORTED',
      /node "node1" is Cast \(to 7\); activations are cast to floats only/,
    );
  });
});
