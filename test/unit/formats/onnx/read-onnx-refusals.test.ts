import assert from 'node:assert/strict';
import { readOnnx } from '#lib/formats/onnx/read-onnx.js';
import { assertRefused } from '../../../support/onnx-model.js';
import { onnxFile } from '../../../support/onnx-writer.js';
import { one, relu } from '../../../support/onnx-specs.js';

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
