import assert from 'node:assert/strict';
import { crop, flip } from '#lib/image/crop.js';
import { array, isDense } from '#lib/ndarray.js';

/** Two rows of three pixels of one level each: 0 1 2 / 3 4 5. */
const small = array(Uint8Array.of(0, 1, 2, 3, 4, 5), [2, 3, 1]);
const colour = array(
  Uint8Array.from({ length: 36 }, (_, i) => i),
  [3, 4, 3],
);

describe('crop', () => {
  it('cuts the rows and columns asked for, in memory of its own', () => {
    const part = crop(colour, 1, 2, 2, 2);
    assert.deepEqual(part.shape, [2, 2, 3]);
    assert.deepEqual([...part.data], [18, 19, 20, 21, 22, 23, 30, 31, 32, 33, 34, 35]);
    part.data[0] = 99;
    assert.equal(colour.get(1, 2, 0), 18);
  });

  it('reads views that are mirrored or transposed', () => {
    assert.deepEqual([...crop(small.transpose(1, 0, 2), 1, 0, 2, 2).data], [1, 4, 2, 5]);
    assert.deepEqual([...crop(small.step(-1, 1), 0, 1, 1, 2).data], [4, 5]);
  });

  it('copies even where it cuts nothing off', () => {
    const whole = crop(colour, 0, 0, 3, 4);
    assert.deepEqual(whole.data, colour.data);
    assert.notEqual(whole.data, colour.data);
    assert.equal(crop(colour, 0, 0, 2, 4).data.length, 24);
  });

  it('refuses a rectangle that leaves the image', () => {
    const message = /crop: top must be an integer from 0 to 1, got 2/;
    assert.throws(() => crop(colour, 2, 0, 2, 2), { code: 'ERR_ARGUMENT', message });
    assert.throws(() => crop(colour, 0, 0, 4, 2), {
      code: 'ERR_ARGUMENT',
      message: /rows must be an integer from 1 to 3/,
    });
  });
});

describe('flip', () => {
  it('swaps left and right, or top and bottom', () => {
    assert.deepEqual([...flip(small).data], [2, 1, 0, 5, 4, 3]);
    assert.deepEqual([...flip(small, 'vertical').data], [3, 4, 5, 0, 1, 2]);
  });

  it('undoes itself and gives dense images', () => {
    for (const axis of ['horizontal', 'vertical'] as const) {
      const twice = flip(flip(colour, axis), axis);
      assert(isDense(twice));
      assert.deepEqual(twice.data, colour.data);
    }
  });
});
