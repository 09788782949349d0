import assert from 'node:assert/strict';
import { readOnnx } from '#lib/formats/onnx/read-onnx.js';
import { assertRefused, evaluate, nodeOf, readSpec, scoresOf } from '../../../support/onnx-model.js';
import {
  floats,
  int64,
  onnxFile,
  type AttributeSpec,
  type ModelSpec,
  type NodeSpec,
} from '../../../support/onnx-writer.js';

const one = (op: string, attributes: Record<string, AttributeSpec> = {}, more: Partial<ModelSpec> = {}): ModelSpec => ({
  nodes: [{ op, name: 'node1', inputs: ['x'], outputs: ['y'], attributes }],
  ...{ inputs: { x: [1, 2, 3, 4] }, outputs: ['y'], ...more },
});

const relu = (input: string, output: string, name = ''): NodeSpec => ({
  op: 'Relu',
  inputs: [input],
  outputs: [output],
  name,
});

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

describe('the soft-max at the end', () => {
  const ending = (nodes: NodeSpec[], opset = 17): ModelSpec => ({
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['x'], outputs: ['pool'] },
      { op: 'Flatten', inputs: ['pool'], outputs: ['f'] },
      ...nodes,
    ],
    ...{ inputs: { x: [1, 2, 1, 1] }, outputs: ['y'], opset },
  });
  const softmax = (op: string, input: string, output: string, axis?: number): NodeSpec => ({
    ...{ op, name: 'prob', inputs: [input], outputs: [output], attributes: axis === undefined ? {} : { axis } },
  });

  it('is cut off, so that the scores are S_c', async () => {
    for (const op of ['Softmax', 'LogSoftmax']) {
      assert.deepEqual(await scoresOf(ending([softmax(op, 'f', 'y')]), [3, 5]), [3, 5]);
    }
  });

  it('is cut off over [n, classes, 1, 1] too, and with a Reshape or Identity behind it', async () => {
    assert.equal((await readSpec(ending([softmax('Softmax', 'pool', 'y', 1)]))).graph.output, 'pool');
    assert.equal((await readSpec(ending([softmax('Softmax', 'pool', 'y')], 11))).graph.output, 'pool');
    const behind: NodeSpec[] = [
      softmax('Softmax', 'f', 'p'),
      { op: 'Identity', inputs: ['p'], outputs: ['q'] },
      { op: 'Flatten', inputs: ['q'], outputs: ['y'] },
    ];
    assert.equal((await readSpec(ending(behind))).graph.output, 'f');
  });

  it('stays where it is not the end', async () => {
    const model = await readSpec(ending([softmax('Softmax', 'f', 'p', -1), relu('p', 'y')]));
    assert.deepEqual(
      model.graph.nodes.map(({ op }) => op),
      ['globalAveragePool', 'flatten', 'softmax', 'relu'],
    );
  });

  it('is refused over any other axis', async () => {
    await assertRefused(
      ending([softmax('Softmax', 'pool', 'y')]),
      'ERR_UNSUPPORTED',
      /node "prob" is Softmax; only a soft-max over classes/,
    );
    await assertRefused(
      ending([softmax('Softmax', 'f', 'p', 0), relu('p', 'y')]),
      'ERR_UNSUPPORTED',
      /node "prob" is Softmax \(axis 0\)/,
    );
  });
});

describe('readOnnx refuses', () => {
  it('an unknown operator, naming node, operator and attributes', async () => {
    const attributes = { alpha: { float: 0.5 }, mode: 'linear', sizes: [1, 2] };
    const message =
      /^test\.onnx: node "node1" is Resize \(alpha 0\.5, mode "linear", sizes \[1, 2\]\); this operator is not supported$/;
    await assertRefused(one('Resize', attributes), 'ERR_UNSUPPORTED', message);
  });

  it('an operator of another domain, even by a known name', async () => {
    const spec = one('Relu');
    const nodes = [{ ...spec.nodes[0]!, domain: 'com.microsoft' }];
    await assertRefused({ ...spec, nodes }, 'ERR_UNSUPPORTED', /node "node1" is com\.microsoft\.Relu; this operator/);
  });

  it('operators called like the properties of every object', async () => {
    await assertRefused(one('constructor'), 'ERR_UNSUPPORTED', /node "node1" is constructor; this operator/);
    await assertRefused(one('__proto__'), 'ERR_UNSUPPORTED', /this operator/);
  });

  it('LRN of even size', async () => {
    await assertRefused(
      one('LRN', { size: 4 }),
      'ERR_UNSUPPORTED',
      /test\.onnx: node "node1" is LRN \(size 4\); only odd sizes are supported/,
    );
  });

  it('a cycle, by the names in it', async () => {
    const nodes = [
      relu('x', 'a', 'first'),
      { op: 'Add', inputs: ['a', 'c'], outputs: ['b'], name: 'second' },
      relu('b', 'c', 'third'),
      relu('c', 'y', 'last'),
    ];
    await assertRefused({ ...one('Relu'), nodes }, 'ERR_FORMAT', /no cycle, .*"second" <- "third" <- "second"/);
  });

  it('a weight that the file does not hold', async () => {
    const spec = one('Conv');
    const nodes = [{ ...spec.nodes[0]!, inputs: ['x', 'conv1.weight'] }];
    await assertRefused(
      { ...spec, nodes },
      'ERR_FORMAT',
      /node "node1" \(Conv\): input "conv1\.weight" is neither stored in the file/,
    );
  });

  it('two sources of one value', async () => {
    await assertRefused(
      { ...one('Relu'), nodes: [relu('x', 'y', 'a'), relu('x', 'y', 'b')] },
      'ERR_FORMAT',
      /value "y" must have one source/,
    );
  });

  it('several image inputs, no input, and inputs that are no images', async () => {
    const nodes = [{ op: 'Add', inputs: ['x', 'z'], outputs: ['y'] }];
    const two = { ...one('Relu'), nodes, inputs: { x: [1, 1, 1, 1], z: [1, 1, 1, 1] } };
    await assertRefused(
      two,
      'ERR_UNSUPPORTED',
      /the network must have one input, an image; this one reads \["x", "z"\]/,
    );
    const constant = { op: 'Constant', inputs: [], outputs: ['y'], attributes: { value_float: { float: 1 } } };
    await assertRefused({ ...one('Relu'), nodes: [constant] }, 'ERR_FORMAT', /the output must depend on an input/);
    await assertRefused(
      { ...one('Relu'), inputs: { x: [1, 10] } },
      'ERR_UNSUPPORTED',
      /the input must be an image, .* got \[1, 10\]/,
    );
    await assertRefused(
      { ...one('Relu'), inputs: { x: [1, 3, 2 ** 40, 2] } },
      'ERR_UNSUPPORTED',
      /too much for memory/,
    );
  });

  it('attributes of the wrong type', async () => {
    await assertRefused(
      one('LRN', { size: 'five' }),
      'ERR_FORMAT',
      /node "node1" \(LRN\): attribute size must be a number, got "five"/,
    );
    await assertRefused(
      one('MaxPool', { kernel_shape: [2.5, 2] }),
      'ERR_FORMAT',
      /attribute kernel_shape must be a list of integers/,
    );
    await assertRefused(one('MaxPool'), 'ERR_FORMAT', /attribute kernel_shape must be given/);
  });

  it('a file without graph, output or operator set', async () => {
    const bytes = onnxFile(one('Relu'));
    const read = (content: Uint8Array) => readOnnx(content, 'test.onnx', { folder: null });
    await assert.rejects(read(bytes.subarray(0, 8)), { code: 'ERR_FORMAT', message: /holds none; is it truncated/ });
    await assert.rejects(read(bytes.subarray(0, bytes.length - 6)), {
      code: 'ERR_FORMAT',
      message: /names no version/,
    });
    await assertRefused({ ...one('Relu'), outputs: [] }, 'ERR_FORMAT', /must have an output/);
    await assertRefused(
      { ...one('Relu'), outputs: ['nowhere'] },
      'ERR_FORMAT',
      /a node must compute the output "nowhere", none does/,
    );
  });

  it('a file that is cut off anywhere', async () => {
    const bytes = onnxFile(one('Relu'));
    for (let length = 0; length < bytes.length; length++) {
      await assert.rejects(readOnnx(bytes.subarray(0, length), 'test.onnx', { folder: null }), { code: 'ERR_FORMAT' });
    }
  });
});
