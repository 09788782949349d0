import assert from 'node:assert/strict';
import { signedPicture } from '#lib/image/index.js';
import { array, type FloatArray } from '#lib/ndarray.js';

const rgb = (...values: number[]) => array(Float32Array.from(values), [3, 1, values.length / 3]);

describe('signedPicture', () => {
  it('draws 0 as mid-grey and either sign as far from it, by one limit for all channels', () => {
    const picture = signedPicture(rgb(0, 2, -4, 1, 4, -1), { percentile: 100 });
    assert.deepEqual(picture.shape, [1, 2, 3]);
    // 127.5 + 127.5 * x / 4, halves up
    assert.deepEqual([...picture.data], [128, 0, 255, 191, 159, 96]);
  });

  it('undoes BGR, and shows one channel as grey', () => {
    const picture = signedPicture(rgb(-1, 0, 1), { channelOrder: 'BGR' });
    assert.deepEqual([...picture.data], [255, 128, 0]);
    const grey = signedPicture(array(Float32Array.of(-1, 1), [1, 1, 2]), { channelOrder: 'grey' });
    assert.deepEqual([...grey.data], [0, 0, 0, 255, 255, 255]);
  });

  it('saturates at a percentile of what is not 0', () => {
    const values = new Float32Array(300);
    for (let i = 0; i < 10; i++) values[i] = i + 1; // the 90th percentile of these is 9
    const picture = signedPicture(array(values, [3, 10, 10]), { percentile: 90 });
    const red = (i: number) => picture.data[i * 3];
    assert.deepEqual([red(8), red(9), red(0), red(50)], [255, 255, Math.floor(128 + 127.5 / 9), 128]);
  });

  it('is flat grey where all is 0', () => {
    assert.deepEqual([...signedPicture(rgb(0, 0, 0)).data], [128, 128, 128]);
    assert.deepEqual([...signedPicture(rgb(-0, 0, 0), { percentile: 0 }).data], [128, 128, 128]);
  });

  it('turns round with the sign', () => {
    const values = Array.from({ length: 30 }, (_, i) => Math.sin(i) * 3);
    const [plus, minus] = [values, values.map((x) => -x)].map((x) => signedPicture(rgb(...x)).data) as [
      Uint8Array,
      Uint8Array,
    ];
    plus.forEach((level, i) => assert.ok(Math.abs(level + minus[i]! - 255) <= 1, `${level} and ${minus[i]}`));
  });

  it('refuses what it cannot draw', () => {
    const refused: [unknown, object, RegExp][] = [
      [rgb(1, NaN, 3), {}, /x must be finite numbers, got NaN/],
      [array(new Float32Array(8), [2, 2, 2]), {}, /x must be \[1 \| 3, rows, cols\], got \[2, 2, 2\]; draw a layer's/],
      [array(new Float32Array(4), [2, 2]), {}, /got \[2, 2\]/],
      [array(new Uint8Array(3), [3, 1, 1]), {}, /x must hold float32 values, got Uint8Array/],
      [rgb(1, 2, 3), { channelOrder: 'GBR' }, /channelOrder must be one of 'RGB', 'BGR', 'grey'/],
      [rgb(1, 2, 3), { percentile: 101 }, /percentile must be a number from 0 to 100, got 101/],
      [undefined, {}, /x must be a Float32 ndarray/],
    ];
    for (const [x, options, message] of refused) {
      assert.throws(() => signedPicture(x as FloatArray, options), { message });
    }
  });
});
