import assert from 'node:assert/strict';
import type { Preprocessing } from '#lib/formats/model.js';
import { atOnce } from '#lib/steps.js';
import { array, type Image } from '#lib/ndarray.js';
import { channelScale, preparing } from '#lib/net/prepare.js';
import { completePreprocessing } from '#lib/net/preprocessing.js';
import type { Region } from '#lib/net/ten-crops.js';
import { viewOf } from '#lib/net/view.js';
import { assertClose } from '../../support/close.js';

/** The inputs that are made of an image: of its centre, or of ten crops. */
function prepare(preprocessing: Preprocessing, img: Image, region: Region | null = null): Float32Array {
  return atOnce(
    preparing(
      preprocessing,
      img,
      viewOf({ where: 'test', what: 'img' }, preprocessing, [img.shape[0]!, img.shape[1]!], region),
    ),
  );
}

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
    assert.deepEqual(input, values(1, 4, 2, 5, 3, 6));
  });

  it('orders them BGR where the network wants that', () => {
    assert.deepEqual(prepare(squash(1, 1, { channelOrder: 'BGR' }), image(1, 1, 1, 2, 3)), values(3, 2, 1));
  });

  it('computes (pixel * range / 255 - mean) / std', () => {
    const preprocessing = squash(1, 1, { range: 1, mean: [0.5, 0.25, 0], std: [0.5, 0.25, 2] });
    assertClose(prepare(preprocessing, image(1, 1, 255, 51, 102)), [1, -0.2, 0.2], { atol: 1e-7, rtol: 0 });
  });

  it('subtracts a mean image pixel by pixel', () => {
    const mean = { shape: [3, 1, 2], data: values(1, 2, 3, 4, 5, 6) };
    const input = prepare(squash(1, 2, { mean }), image(1, 2, 10, 10, 10, 20, 20, 20));
    assert.deepEqual(input, values(9, 18, 7, 16, 5, 14));
  });

  it('repeats a grey image in every channel', () => {
    assert.deepEqual(prepare(squash(1, 1, {}), image(1, 1, 7)), values(7, 7, 7));
  });

  it('weighs colours for a grey network: 0.299 R + 0.587 G + 0.114 B', () => {
    assert.deepEqual(prepare(squash(1, 1, { channelOrder: 'grey' }), image(1, 1, 100, 150, 200)), values(141));
  });

  it('shows white through transparent pixels', () => {
    const pixels = image(1, 3, 10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 200, 51);
    const input = prepare(squash(1, 3, {}), pixels);
    assert.deepEqual(input, values(10, 255, 204, 20, 255, 224, 30, 255, 244));
  });

  it('cuts the centre, the odd pixel going to the bottom and the right', () => {
    const preprocessing = completePreprocessing(
      'test',
      { channelOrder: 'grey', range: 255, resize: { rows: 3, cols: 4 }, crop: 'centre' },
      [1, 2, 1],
    );
    assert.deepEqual(prepare(preprocessing, image(3, 4, ...Array.from({ length: 12 }, (_, i) => i))), values(1, 5));
  });

  it('cuts ten crops, mirrors five of them, and subtracts a mean image then', () => {
    const mean = { shape: [1, 1, 2], data: values(0, 100) };
    const preprocessing = completePreprocessing(
      'test',
      { channelOrder: 'grey', range: 255, resize: { rows: 1, cols: 3 }, crop: 'centre', mean },
      [1, 1, 2],
    );
    const [left, right, leftMirrored, rightMirrored] = [
      [1, 2 - 100],
      [2, 3 - 100],
      [2, 1 - 100],
      [3, 2 - 100],
    ];
    const plain = [left, right, left, right, left].flat();
    const mirrored = [leftMirrored, rightMirrored, leftMirrored, rightMirrored, leftMirrored].flat();
    const inputs = prepare(preprocessing, image(1, 3, 1, 2, 3), 'rectangle');
    assert.deepEqual([...inputs], [...plain, ...mirrored]);
  });
});

describe('viewOf', () => {
  const preprocessing = completePreprocessing('test', 'caffe', [3, 227, 227]);

  it('is the centre of the image whose short side is 256', () => {
    const crops = [{ top: 14, left: 86, mirrored: false }];
    const expected = { image: [512, 800], resized: [256, 400], size: [227, 227], crops };
    assert.deepEqual(viewOf({ where: 'test', what: 'img' }, preprocessing, [512, 800], null), expected);
  });

  it('is ten crops of it where a region is named', () => {
    const { crops } = viewOf({ where: 'test', what: 'img' }, preprocessing, [512, 800], 'rectangle');
    assert.deepEqual([crops.length, crops[9]], [10, { top: 14, left: 86, mirrored: true }]);
  });

  it('refuses a strip that would become gigantic', () => {
    assert.throws(() => viewOf({ where: 'saliency', what: 'img[1]' }, preprocessing, [1, 300_000], null), {
      code: 'ERR_SHAPE',
      message: /^saliency: img\[1\] .*elongated, got 1 x 300000/,
    });
  });
});

describe('channelScale', () => {
  it('is d input / d pixel in the order of the network', () => {
    const preprocessing = squash(1, 1, { range: 1, std: [0.5, 0.25, 1], channelOrder: 'BGR' });
    assertClose(channelScale(preprocessing), [2 / 255, 4 / 255, 1 / 255], { atol: 0, rtol: 1e-6 });
  });
});
