import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import { channelScale, prepare, viewOf } from '#lib/net/prepare.js';
import { completePreprocessing } from '#lib/net/preprocessing.js';
import { assertClose } from '../../support/close.js';

const image = (rows: number, cols: number, ...levels: number[]) =>
  array(Uint8Array.from(levels), [rows, cols, levels.length / (rows * cols)]);
const squash = (rows: number, cols: number, options: object) => {
  const given = { channelOrder: 'RGB', range: 255, resize: { rows, cols }, ...options };
  return completePreprocessing('test', given, [given.channelOrder === 'grey' ? 1 : 3, rows, cols]);
};
const values = (...numbers: number[]) => Float32Array.from(numbers);

describe('prepare', () => {
  it('puts channels first', () => {
    const input = prepare(squash(1, 2, {}), image(1, 2, 1, 2, 3, 4, 5, 6));
    assert.deepEqual([input.shape, input.data], [[3, 1, 2], values(1, 4, 2, 5, 3, 6)]);
  });

  it('orders them BGR where the network wants that', () => {
    assert.deepEqual(prepare(squash(1, 1, { channelOrder: 'BGR' }), image(1, 1, 1, 2, 3)).data, values(3, 2, 1));
  });

  it('computes (pixel * range / 255 - mean) / std', () => {
    const preprocessing = squash(1, 1, { range: 1, mean: [0.5, 0.25, 0], std: [0.5, 0.25, 2] });
    assertClose(prepare(preprocessing, image(1, 1, 255, 51, 102)).data, [1, -0.2, 0.2], { atol: 1e-7, rtol: 0 });
  });

  it('subtracts a mean image pixel by pixel', () => {
    const mean = { shape: [3, 1, 2], data: values(1, 2, 3, 4, 5, 6) };
    const input = prepare(squash(1, 2, { mean }), image(1, 2, 10, 10, 10, 20, 20, 20));
    assert.deepEqual(input.data, values(9, 18, 7, 16, 5, 14));
  });

  it('repeats a grey image in every channel', () => {
    assert.deepEqual(prepare(squash(1, 1, {}), image(1, 1, 7)).data, values(7, 7, 7));
  });

  it('weighs colours for a grey network: 0.299 R + 0.587 G + 0.114 B', () => {
    assert.deepEqual(prepare(squash(1, 1, { channelOrder: 'grey' }), image(1, 1, 100, 150, 200)).data, values(141));
  });

  it('shows white through transparent pixels', () => {
    const pixels = image(1, 3, 10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 200, 51);
    const input = prepare(squash(1, 3, {}), pixels);
    assert.deepEqual(input.data, values(10, 255, 204, 20, 255, 224, 30, 255, 244));
  });

  it('cuts the centre, the odd pixel going to the bottom and the right', () => {
    const preprocessing = completePreprocessing(
      'test',
      { channelOrder: 'grey', range: 255, resize: { rows: 3, cols: 4 }, crop: 'centre' },
      [1, 2, 1],
    );
    assert.deepEqual(
      prepare(preprocessing, image(3, 4, ...Array.from({ length: 12 }, (_, i) => i))).data,
      values(1, 5),
    );
  });

  it('refuses a strip that would become gigantic', () => {
    const preprocessing = completePreprocessing('test', 'caffe', [3, 227, 227]);
    assert.throws(() => viewOf(preprocessing, 1, 300_000), { code: 'ERR_SHAPE', message: /elongated, got 1 x 300000/ });
  });

  it('refuses what is no image', () => {
    assert.throws(() => prepare(squash(1, 1, {}), image(1, 2, 1, 2, 3, 4)), {
      code: 'ERR_SHAPE',
      message: /net\.input/,
    });
  });
});

describe('viewOf', () => {
  it('is the centre of the image whose short side is 256', () => {
    const preprocessing = completePreprocessing('test', 'caffe', [3, 227, 227]);
    assert.deepEqual(viewOf(preprocessing, 512, 800), { resized: [256, 400], top: 14, left: 86, size: [227, 227] });
  });
});

describe('channelScale', () => {
  it('is d input / d pixel in the order of the network', () => {
    const preprocessing = squash(1, 1, { range: 1, std: [0.5, 0.25, 1], channelOrder: 'BGR' });
    assertClose(channelScale(preprocessing), [2 / 255, 4 / 255, 1 / 255], { atol: 0, rtol: 1e-6 });
  });
});
