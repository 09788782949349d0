import assert from 'node:assert/strict';
import { padded } from '#lib/image/index.js';
import { array } from '#lib/ndarray.js';

const picture = array(Uint8Array.of(1, 2, 3, 4, 5, 6), [1, 2, 3]);

describe('padded', () => {
  it('lays a picture in the middle, what is odd behind it', () => {
    const { shape, data } = padded(picture, [2, 3], 9);
    assert.deepEqual(shape, [2, 3, 3]);
    assert.deepEqual([...data], [1, 2, 3, 4, 5, 6, 9, 9, 9, ...new Array<number>(9).fill(9)]);
    assert.deepEqual([...padded(picture, [3, 2], 9).data], [9, 9, 9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 9, 9, 9, 9, 9, 9]);
    assert.deepEqual([...padded(picture, [1, 2], 0).data], [...picture.data]);
  });

  it('refuses a smaller size and a level that is none', () => {
    assert.throws(() => padded(picture, [1, 1], 9), {
      message: /size must hold the picture of \[1, 2\], got \[1, 1\]/,
    });
    assert.throws(() => padded(picture, [1, 2], 256), { message: /level must be an integer from 0 to 255, got 256/ });
  });
});
