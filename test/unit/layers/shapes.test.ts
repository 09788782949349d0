import assert from 'node:assert/strict';
import type { Device } from '#lib/device/index.js';
import { add } from '#lib/layers/add.js';
import { globalAveragePool } from '#lib/layers/average-pool.js';
import { concat } from '#lib/layers/concat.js';
import { conv } from '#lib/layers/conv.js';
import type { HostWeight } from '#lib/layers/layer.js';
import { linear } from '#lib/layers/linear.js';
import { lrn } from '#lib/layers/lrn.js';
import { maxPool } from '#lib/layers/max-pool.js';
import { relu } from '#lib/layers/relu.js';
import { flatten } from '#lib/layers/reorder.js';
import { scaleShift } from '#lib/layers/scale-shift.js';
import { softmax } from '#lib/layers/softmax.js';
import { elements } from '#lib/ndarray.js';

const zeros = (...shape: number[]): HostWeight => ({ shape, data: new Float32Array(elements(shape)) });
const geometry = { stride: [2, 1], pad: [1, 0, 1, 0], dilation: [1, 1], groups: 2 } as const;
const grouped = conv({ name: 'c', weight: zeros(6, 2, 3, 3), bias: zeros(6), ...geometry });
const matrix = linear({ name: 'fc', weight: zeros(5, 12), bias: zeros(5) });

describe('shapes of layers', () => {
  it('conv: filters for channels, windows for pixels', () => {
    assert.deepEqual(grouped.outputShape([[2, 4, 7, 8]]), [2, 6, 4, 6]);
  });

  it('conv: parameters and two operations per multiply-add', () => {
    assert.equal(grouped.parameters, 6 * 2 * 9 + 6);
    assert.equal(grouped.flops([[2, 4, 7, 8]]), 2 * (2 * 6 * 4 * 6) * (2 * 9));
  });

  it('conv: names the node, the weights and what came where channels differ', () => {
    assert.throws(() => grouped.outputShape([[1, 3, 7, 8]]), {
      code: 'ERR_SHAPE',
      message: 'conv "c": the input must be [n, 4, rows, cols] for weights [6, 2, 3, 3] in 2 groups, got [1, 3, 7, 8]',
    });
  });

  it('conv: refuses filters that do not divide into the groups', () => {
    const layer = conv({ name: 'c', weight: zeros(5, 2, 3, 3), bias: null, ...geometry });
    assert.throws(() => layer.outputShape([[1, 4, 7, 8]]), { code: 'ERR_SHAPE' });
  });

  it('conv: refuses weights of another rank and a bias of another length', () => {
    const options = { name: 'c', bias: null, ...geometry };
    assert.throws(() => conv({ ...options, weight: zeros(6, 12) }), {
      message: /must be \[K, C \/ groups, R, S\], got \[6, 12\]/,
    });
    assert.throws(() => conv({ ...options, weight: zeros(6, 2, 3, 3), bias: zeros(5) }), {
      message: /6 numbers, .* got 5/,
    });
  });

  it('linear: flattens what follows the batch', () => {
    assert.deepEqual(matrix.outputShape([[3, 2, 3, 2]]), [3, 5]);
    assert.deepEqual(matrix.outputShape([[3, 12]]), [3, 5]);
    assert.equal(matrix.flops([[3, 12]]), 3 * 2 * 60);
  });

  it('linear: says how many features came', () => {
    assert.throws(() => matrix.outputShape([[1, 3, 3, 2]]), {
      code: 'ERR_SHAPE',
      message:
        'linear "fc": the input must be of 12 features, as its weights [5, 12] are, got [1, 3, 3, 2]; that is 18 features',
    });
  });

  it('max pool, global average pool, ReLU, flatten', () => {
    const pool = maxPool({ name: 'p', kernel: [3, 3], stride: [2, 2], pad: [0, 0, 0, 0], rounding: 'ceil' });
    assert.deepEqual(pool.outputShape([[1, 4, 8, 7]]), [1, 4, 4, 3]);
    assert.deepEqual(globalAveragePool({ name: 'g' }).outputShape([[2, 4, 8, 7]]), [2, 4, 1, 1]);
    assert.deepEqual(relu({ name: 'r' }).outputShape([[2, 9]]), [2, 9]);
    assert.deepEqual(flatten({ name: 'f' }).outputShape([[2, 3, 4, 5]]), [2, 60]);
  });

  it('add: equal shapes, two at least', () => {
    const layer = add({ name: 'a' });
    assert.deepEqual(
      layer.outputShape([
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ]),
      [1, 2, 3, 4],
    );
    assert.throws(
      () =>
        layer.outputShape([
          [1, 2, 3, 4],
          [1, 2, 4, 3],
        ]),
      { code: 'ERR_SHAPE', message: /add "a"/ },
    );
    assert.throws(() => layer.outputShape([[1, 2, 3, 4]]), { code: 'ERR_SHAPE' });
  });

  it('concat: lies as its parts do, with all channels side by side where theirs are', async () => {
    const plan = async (...layouts: number[]) => {
      const operands = layouts.map((layout) => ({ shape: [2, 24, 5, 5], layout }));
      return (await concat({ name: 'j' }).plan({} as Device, operands, 'none')).y.layout;
    };
    assert.equal(await plan(24, 24), 48);
    assert.equal(await plan(8, 8), 8);
    assert.equal(await plan(1, 24), 1);
  });

  it('concat: channels add up, pixels agree', () => {
    const layer = concat({ name: 'j' });
    assert.deepEqual(
      layer.outputShape([
        [1, 2, 3, 4],
        [1, 5, 3, 4],
      ]),
      [1, 7, 3, 4],
    );
    assert.throws(
      () =>
        layer.outputShape([
          [1, 2, 3, 4],
          [1, 5, 3, 5],
        ]),
      { code: 'ERR_SHAPE', message: /concat "j"/ },
    );
  });

  it('scale: one number per channel', () => {
    const layer = scaleShift({ name: 's', scale: zeros(4), shift: zeros(4) });
    assert.deepEqual(layer.outputShape([[1, 4, 2, 2]]), [1, 4, 2, 2]);
    assert.throws(() => layer.outputShape([[1, 3, 2, 2]]), {
      code: 'ERR_SHAPE',
      message: /of 4 channels, got \[1, 3, 2, 2\]/,
    });
    assert.throws(() => scaleShift({ name: 's', scale: zeros(4), shift: zeros(3) }), { code: 'ERR_SHAPE' });
  });

  it('soft-max: rows of scores, but no maps of them', () => {
    const layer = softmax({ name: 'm' });
    assert.deepEqual(layer.outputShape([[2, 9, 1, 1]]), [2, 9]);
    assert.throws(() => layer.outputShape([[2, 9, 2, 1]]), { code: 'ERR_SHAPE' });
  });

  it('LRN: takes the largest size that the kernels have room for, and refuses the next', () => {
    assert.deepEqual(
      lrn({ name: 'lrn1', size: 31, alpha: 1, beta: 1, k: 1 }).outputShape([[1, 2, 3, 4]]),
      [1, 2, 3, 4],
    );
    assert.throws(() => lrn({ name: 'lrn1', size: 33, alpha: 1, beta: 1, k: 1 }), {
      code: 'ERR_UNSUPPORTED',
      message: 'LRN "lrn1": only odd sizes up to 31 are supported, got size 33',
    });
  });

  it('LRN: refuses even sizes', () => {
    assert.throws(() => lrn({ name: 'lrn1', size: 4, alpha: 1, beta: 1, k: 1 }), {
      code: 'ERR_UNSUPPORTED',
      message: 'LRN "lrn1": only odd sizes up to 31 are supported, got size 4',
    });
  });

  it('layers of planes refuse rows of features', () => {
    assert.throws(() => globalAveragePool({ name: 'g' }).outputShape([[2, 9]]), {
      message: 'global average pool "g": the input must be one array [n, channels, rows, cols], got [2, 9]',
    });
  });
});
