import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import { completePreprocessing } from '#lib/net/preprocessing.js';

const complete = (given: unknown, shape: readonly [number, number, number] = [3, 224, 224]) =>
  completePreprocessing('loadNetwork', given, shape);

describe('completePreprocessing', () => {
  it("'torchvision' is RGB from 0 to 1, mean and std, short side 256, centre crop", () => {
    assert.deepEqual(complete('torchvision'), {
      channelOrder: 'RGB',
      range: 1,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      size: [224, 224],
      resize: { shortSide: 256 },
      filter: 'bilinear',
      crop: 'centre',
    });
  });

  it("'caffe' is BGR from 0 to 255 minus 104, 117, 123", () => {
    const { channelOrder, range, mean, std } = complete('caffe');
    assert.deepEqual(
      { channelOrder, range, mean, std },
      { channelOrder: 'BGR', range: 255, mean: [104, 117, 123], std: [1, 1, 1] },
    );
  });

  it('resizes to the input where that is larger than 256', () => {
    assert.deepEqual(complete('caffe', [3, 299, 320]).resize, { shortSide: 320 });
  });

  it('squashes without a crop where resize says rows and cols', () => {
    const whole = complete({ channelOrder: 'RGB', range: 1, resize: { rows: 64, cols: 64 } }, [3, 64, 64]);
    assert.equal(whole.crop, 'none');
    assert.deepEqual(
      [whole.mean, whole.std],
      [
        [0, 0, 0],
        [1, 1, 1],
      ],
    );
  });

  it('takes a mean image of the size of the input', () => {
    const mean = { shape: [3, 2, 2], data: new Float32Array(12) };
    assert.equal(complete({ channelOrder: 'BGR', range: 255, mean }, [3, 2, 2]).mean, mean);
  });

  it('takes a mean image in the order of its strides', () => {
    const mean = array(new Float32Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), [3, 2, 2]).transpose(0, 2, 1);
    const whole = complete({ channelOrder: 'BGR', range: 255, mean }, [3, 2, 2]);
    assert.deepEqual(whole.mean, {
      shape: [3, 2, 2],
      data: new Float32Array([0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11]),
    });
  });

  it('refuses a mean image that ends before its shape does, or is not finite', () => {
    const given = (mean: unknown) => () => complete({ channelOrder: 'BGR', range: 255, mean }, [3, 2, 2]);
    assert.throws(given(array(new Float32Array(11), [3, 2, 2])), { code: 'ERR_SHAPE', message: /got 11 numbers/ });
    assert.throws(given({ shape: [3, 2, 2], data: new Float32Array(12).fill(NaN) }), {
      code: 'ERR_ARGUMENT',
      message: /mean must be .* finite/,
    });
  });

  const rgb = { channelOrder: 'RGB', range: 1 };
  const wrong: [title: string, given: unknown, message: RegExp][] = [
    ['a preset that does not exist', 'imagenet', /preprocessing must be one of 'torchvision', 'caffe', got "imagenet"/],
    ['an unknown field', { ...rgb, means: [0, 0, 0] }, /unknown option means; did you mean mean\?/],
    ['no channel order', { range: 1 }, /channelOrder must be one of 'RGB', 'BGR', got undefined/],
    ['a range of neither 1 nor 255', { ...rgb, range: 2 }, /range must be 1 or 255, got 2/],
    [
      'a mean of two numbers',
      { ...rgb, mean: [0, 0] },
      /mean must be an array of 3 numbers, one per channel, got \[0, 0\]/,
    ],
    [
      'a mean image of another size',
      { ...rgb, mean: { shape: [3, 2, 2], data: new Float32Array(12) } },
      /mean image \[3, 224, 224\]/,
    ],
    ['a standard deviation of 0', { ...rgb, std: [1, 0, 1] }, /std\[1\] must be a finite number above 0, got 0/],
    ['another size than the input', { ...rgb, size: [227, 227] }, /size must be the network's \[224, 224\]/],
    [
      'a short side that the crop does not fit into',
      { ...rgb, resize: { shortSide: 200 } },
      /shortSide must be an integer from 224/,
    ],
    [
      'a squash smaller than the crop',
      { ...rgb, resize: { rows: 200, cols: 256 }, crop: 'centre' },
      /resize.rows must be/,
    ],
    ['no crop after a resize by the short side', { ...rgb, crop: 'none' }, /crop must be 'centre'/],
    [
      'grey for three channels',
      { channelOrder: 'grey', range: 1 },
      /channelOrder must be one of 'RGB', 'BGR', got "grey"/,
    ],
    ['a number', 3, /preprocessing must be 'torchvision', 'caffe' or {/],
  ];
  for (const [title, given, message] of wrong) {
    it(`refuses ${title}`, () => assert.throws(() => complete(given), { code: 'ERR_ARGUMENT', message }));
  }

  it('refuses colours for a network of one channel', () => {
    assert.throws(() => complete('caffe', [1, 8, 8]), { code: 'ERR_ARGUMENT', message: /one of 'grey'/ });
  });

  it('refuses networks of two channels', () => {
    assert.throws(() => complete(rgb, [2, 8, 8]), {
      code: 'ERR_UNSUPPORTED',
      message: /1 or 3 channels, this network takes 2/,
    });
  });
});
