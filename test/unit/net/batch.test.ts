import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import { batchOf } from '#lib/net/batch.js';
import { argument } from '#lib/net/subject.js';
import { SpareArrays } from '#lib/net/spare-arrays.js';
import { completePreprocessing } from '#lib/net/preprocessing.js';

const inputShape = [3, 2, 2] as const;
const preprocessing = completePreprocessing('test', { channelOrder: 'RGB', range: 255 }, inputShape);
const spare = new SpareArrays();
const receiver = { inputShape, preprocessing, spare };

describe('batchOf', () => {
  it('copies inputs, so that the caller may change them', () => {
    const input = array(new Float32Array(12).fill(3), inputShape);
    const { data } = batchOf(argument('test', 'img'), receiver, input);
    input.data.fill(4);
    assert.deepEqual(data, new Float32Array(12).fill(3));
  });

  const refused: [title: string, given: unknown, code: string, message: RegExp][] = [
    ['an image of two channels', array(new Uint8Array(4), [1, 2, 2]), 'ERR_SHAPE', /img must be \[rows, cols, 1 \| 3/],
    ['another type', array(new Int32Array(12), inputShape), 'ERR_DTYPE', /img must be a uint8 image.*of Int32Array/],
    ['what is no array', 'cat.jpg', 'ERR_ARGUMENT', /img must be a uint8 image .*got "cat.jpg"/],
    ['an input of another shape', array(new Float32Array(3), [3, 1, 1]), 'ERR_SHAPE', /got float32 \[3, 1, 1\]/],
    ['an empty batch', array(new Float32Array(0), [0, 3, 2, 2]), 'ERR_SHAPE', /got float32 \[0, 3, 2, 2\]/],
    [
      'a NaN',
      array(new Float32Array(12).fill(NaN, 7), inputShape),
      'ERR_ARGUMENT',
      /img must be finite, got NaN at \[channel, row, col\] \[1, 1, 1\]$/,
    ],
    [
      'a NaN in a batch',
      array(new Float32Array(24).fill(NaN, 22), [2, ...inputShape]),
      'ERR_ARGUMENT',
      /got NaN at \[n, channel, row, col\] \[1, 2, 1, 0\]$/,
    ],
    ['a promise', Promise.resolve(), 'ERR_ARGUMENT', /got a Promise; wait for it: await$/],
  ];
  for (const [title, given, code, message] of refused) {
    it(`refuses ${title}`, () =>
      assert.throws(() => batchOf(argument('saliency', 'img'), receiver, given), { code, message }));
  }

  it('refuses an image where nothing says how it becomes an input', () => {
    const bare = { ...receiver, preprocessing: null };
    assert.throws(() => batchOf(argument('saliency', 'img'), bare, array(new Uint8Array(3), [1, 1, 3])), {
      code: 'ERR_ARGUMENT',
      message: /^saliency: .*states no preprocessing.*'torchvision'/,
    });
  });

  const several = { where: 'classify', what: 'img', orSeveral: true };
  for (const [given, got] of [
    [(function* () {})(), 'Generator'],
    [new Set(), 'Set'],
  ] as const) {
    it(`says of a ${got} what could have come, and what to make of it`, () =>
      assert.throws(() => batchOf(several, receiver, given), {
        code: 'ERR_ARGUMENT',
        message: new RegExp(`array of these or an async iterable, got a ${got}; make it an array: \\[\\.\\.\\.img\\]$`),
      }));
  }

  it('refuses an input where ten crops are to be cut', () => {
    assert.throws(
      () => batchOf(argument('classify', 'img'), receiver, array(new Float32Array(12), inputShape), 'rectangle'),
      {
        code: 'ERR_ARGUMENT',
        message:
          /^classify: img must be a uint8 image where tenCrops is true.*got float32 \[3, 2, 2\]; leave tenCrops out$/,
      },
    );
  });
});
