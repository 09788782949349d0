import assert from 'node:assert/strict';
import { repeated } from '#lib/image/repeated.js';
import { array } from '#lib/ndarray.js';

describe('repeated', () => {
  it('makes a square of each pixel', () => {
    const picture = array(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), [2, 2, 3]);
    const { shape, data } = repeated(picture, 2);
    assert.deepEqual(shape, [4, 4, 3]);
    const [top, bottom] = [
      [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6],
      [7, 8, 9, 7, 8, 9, 10, 11, 12, 10, 11, 12],
    ];
    assert.deepEqual([...data], [...top, ...top, ...bottom, ...bottom]);
  });

  it('takes views, and gives the same picture for 1', () => {
    const picture = array(Uint8Array.from({ length: 12 }, (_, i) => i), [3, 4, 1]); // prettier-ignore
    assert.deepEqual([...repeated(picture.lo(1, 2), 1).data], [6, 7, 10, 11]);
  });

  it('refuses a factor that is no whole number of at least 1', () => {
    const picture = array(new Uint8Array(3), [1, 1, 3]);
    for (const factor of [0, 1.5, NaN]) assert.throws(() => repeated(picture, factor), /factor/);
  });
});
