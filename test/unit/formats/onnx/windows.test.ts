import assert from 'node:assert/strict';
import { assertRefused, counting, evaluate, nodeOf, readSpec, scoresOf } from '../../../support/onnx-model.js';
import { floats, type ModelSpec } from '../../../support/onnx-writer.js';
import { type Attributes, conv, pool } from '../../../support/onnx-specs.js';

describe('Conv from ONNX', () => {
  it('takes the window from the weights where kernel_shape is left out, strides and dilations of one, no padding', async () => {
    const { stride, pad, dilation, groups, bias } = nodeOf(await readSpec(conv({})), 'conv');
    assert.deepEqual(
      { stride, pad, dilation, groups, bias },
      { stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1, bias: null },
    );
    assert.deepEqual(await scoresOf(conv({}), counting(16)), [45, 54, 81, 90]);
  });

  it('keeps strides, pads of four sides, dilations and groups', async () => {
    const attributes = { strides: [2, 1], pads: [1, 2, 3, 4], dilations: [1, 2], group: 1 };
    const { stride, pad, dilation } = nodeOf(await readSpec(conv(attributes)), 'conv');
    assert.deepEqual({ stride, pad, dilation }, { stride: [2, 1], pad: [1, 2, 3, 4], dilation: [1, 2] });
  });

  it('works out automatic padding: the odd pixel goes after for SAME_UPPER, before for SAME_LOWER', async () => {
    const padOf = async (auto_pad: string, more: Attributes = {}) =>
      nodeOf(await readSpec(conv({ auto_pad, strides: [2, 2], ...more }, [4, 5])), 'conv').pad;
    assert.deepEqual(await padOf('SAME_UPPER'), [0, 1, 1, 1]);
    assert.deepEqual(await padOf('SAME_LOWER'), [1, 1, 0, 1]);
    assert.deepEqual(await padOf('VALID'), [0, 0, 0, 0]);
    assert.deepEqual(await padOf('NOTSET', { pads: [1, 1, 1, 1] }), [1, 1, 1, 1]);
    assert.deepEqual(await padOf('SAME_UPPER', { strides: [1, 1], dilations: [2, 2] }), [2, 2, 2, 2]);
  });

  it('never pads by a negative number where the stride is larger than the window', async () => {
    const model = await readSpec(conv({ auto_pad: 'SAME_UPPER', strides: [3, 3] }, [4, 5], [1, 1]));
    assert.deepEqual(nodeOf(model, 'conv').pad, [0, 0, 0, 0]);
    assert.deepEqual(evaluate(model, counting(20)).get('y')!.shape, [1, 1, 2, 2]);
  });

  it('names node, operator and attributes of convolutions that are not two-dimensional', async () => {
    const spec: ModelSpec = {
      ...conv({ strides: [1, 1, 1] }),
      initialisers: [floats('w', [1, 1, 1, 1, 1], [1])],
      inputs: { x: [1, 1, 4, 4, 4] },
    };
    await assertRefused(
      spec,
      'ERR_UNSUPPORTED',
      /test\.onnx: node "conv1" is Conv \(strides \[1, 1, 1\]\); .*\[n, channels, rows, cols\]/,
    );
    await assertRefused(
      { ...spec, inputs: { x: [1, 1, 4, 4] } },
      'ERR_UNSUPPORTED',
      /only two-dimensional convolutions/,
    );
  });

  it('refuses weights that do not fit the input, its groups, its kernel_shape or its bias', async () => {
    await assertRefused(
      { ...conv({}), inputs: { x: [1, 2, 4, 4] } },
      'ERR_FORMAT',
      /weights \[1, 1, 3, 3\] in 1 groups do not fit an input of shape \[1, 2, 4, 4\]/,
    );
    await assertRefused(
      conv({ kernel_shape: [5, 5] }),
      'ERR_FORMAT',
      /kernel_shape \[5, 5\] must be that of its weights, \[3, 3\]/,
    );
    await assertRefused(conv({}, [2, 4]), 'ERR_FORMAT', /a window of 3 x 3 pixels does not fit its input of 2 x 4/);
    const biased = conv({});
    const nodes = [{ ...biased.nodes[0]!, inputs: ['x', 'w', 'b'] }];
    const initialisers = [...biased.initialisers!, floats('b', [2], [1, 2])];
    await assertRefused({ ...biased, nodes, initialisers }, 'ERR_FORMAT', /the bias must have 1 elements, got \[2\]/);
  });

  it('refuses weights that are computed from the input, and negative pads', async () => {
    const nodes = [{ op: 'Relu', inputs: ['x'], outputs: ['w'] }, conv({}).nodes[0]!];
    await assertRefused(
      { ...conv({}), nodes, initialisers: [] },
      'ERR_UNSUPPORTED',
      /its weights must be stored in the file, "w" is computed/,
    );
    await assertRefused(conv({ pads: [1, 1, 1] }), 'ERR_UNSUPPORTED', /only pads of four numbers/);
    await assertRefused(
      conv({ pads: [-1, 0, 0, 0] }),
      'ERR_UNSUPPORTED',
      /only pads of four numbers, none of them negative/,
    );
  });
});

describe('MaxPool and AveragePool from ONNX', () => {
  it('round down unless ceil_mode is set', async () => {
    for (const [ceil_mode, rounding, side] of [
      [0, 'floor', 2],
      [1, 'ceil', 3],
    ] as const) {
      const model = await readSpec(pool('MaxPool', { strides: [2, 2], ceil_mode }, [5, 5]));
      assert.equal(nodeOf(model, 'maxPool').rounding, rounding);
      assert.deepEqual(evaluate(model, counting(25)).get('y')!.shape, [1, 1, side, side]);
    }
  });

  it('refuse an input smaller than their window, whichever way they round', async () => {
    const message = /a window of 3 x 3 pixels does not fit its input of 2 x 2/;
    for (const ceil_mode of [0, 1]) {
      const spec = pool('MaxPool', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode }, [2, 2]);
      await assertRefused(spec, 'ERR_FORMAT', message);
    }
  });

  it('step by one pixel where strides are left out', async () => {
    assert.deepEqual(await scoresOf(pool('MaxPool', {}, [2, 3]), [1, 5, 2, 3, 4, 6]), [5, 6]);
  });

  it('average over the pixels inside, or over padding too where count_include_pad says so', async () => {
    const corner = async (count_include_pad: number) =>
      (await scoresOf(pool('AveragePool', { pads: [1, 1, 1, 1], count_include_pad }, [1, 1]), [8]))[0];
    assert.equal(await corner(0), 8);
    assert.equal(await corner(1), 2);
  });

  it('refuse dilation, padding as large as the window, and windows that are not two-dimensional', async () => {
    const dilated =
      /node "pool1" is MaxPool \(kernel_shape \[2, 2\], dilations \[2, 2\]\); pooling with dilation is not supported/;
    await assertRefused(pool('MaxPool', { dilations: [2, 2] }), 'ERR_UNSUPPORTED', dilated);
    await assertRefused(
      pool('AveragePool', { pads: [2, 0, 0, 0] }),
      'ERR_UNSUPPORTED',
      /its padding must be smaller than its window/,
    );
    await assertRefused(pool('MaxPool', { kernel_shape: [2] }), 'ERR_UNSUPPORTED', /only two-dimensional windows/);
    await assertRefused(
      pool('MaxPool', { kernel_shape: [0, 2] }),
      'ERR_FORMAT',
      /kernel_shape must be two integers of at least 1, got \[0, 2\]/,
    );
  });

  it('refuse a network that reads the indices of the maxima', async () => {
    const nodes = [
      { op: 'MaxPool', inputs: ['x'], outputs: ['y', 'indices'], attributes: { kernel_shape: [2, 2] } },
      { op: 'Add', inputs: ['y', 'indices'], outputs: ['z'], name: 'sum' },
    ];
    await assertRefused(
      { nodes, inputs: { x: [1, 1, 4, 4] }, outputs: ['z'] },
      'ERR_FORMAT',
      /node "sum" \(Add\): input "indices" is neither stored/,
    );
  });
});
