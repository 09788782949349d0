import assert from 'node:assert/strict';
import { contactSheet } from '#lib/image/index.js';
import { array, type Image } from '#lib/ndarray.js';

const flat = (level: number, rows = 2, cols = 3, channels = 3): Image =>
  array(new Uint8Array(rows * cols * channels).fill(level), [rows, cols, channels]);
/** The red levels, row by row. */
const levels = ({ shape, data }: Image) =>
  Array.from({ length: shape[0]! }, (_, row) =>
    Array.from({ length: shape[1]! }, (_, col) => data[(row * shape[1]! + col) * 3]!),
  );

describe('contactSheet', () => {
  it('lays pictures side by side, row by row, with gaps between them', () => {
    const sheet = contactSheet([flat(1, 1, 2), flat(2, 1, 2), flat(3, 1, 2)], { cols: 2, gap: 1, background: 9 });
    assert.deepEqual(levels(sheet), [
      [1, 1, 9, 2, 2],
      [9, 9, 9, 9, 9],
      [3, 3, 9, 9, 9],
    ]);
  });

  it('is about square unless told otherwise', () => {
    assert.deepEqual(contactSheet(Array.from({ length: 9 }, () => flat(0))).shape, [10, 13, 3]);
    assert.deepEqual(contactSheet(Array.from({ length: 5 }, () => flat(0))).shape, [6, 13, 3]);
    assert.deepEqual(contactSheet([flat(0)]).shape, [2, 3, 3]);
  });

  it('makes RGB of grey and leaves transparency out', () => {
    const rgba = array(Uint8Array.of(1, 2, 3, 0), [1, 1, 4]);
    const sheet = contactSheet([rgba, flat(7, 1, 1, 1)], { gap: 0 });
    assert.deepEqual([...sheet.data], [1, 2, 3, 7, 7, 7]);
  });

  it('takes pictures of any strides and leaves them as they are', () => {
    const picture = array(
      Uint8Array.from({ length: 18 }, (_, i) => i),
      [2, 3, 3],
    );
    const mirrored = picture.step(1, -1, 1);
    assert.deepEqual([...contactSheet([mirrored]).data].slice(0, 9), [6, 7, 8, 3, 4, 5, 0, 1, 2]);
    assert.equal(picture.data[0], 0);
  });

  it('refuses no pictures, other sizes, and what is no picture', () => {
    const refused: [unknown, object, RegExp][] = [
      [[], {}, /pictures must be an array of at least one picture, got \[\]/],
      [flat(1), {}, /pictures must be an array/],
      [
        [flat(1), flat(1, 2, 2)],
        {},
        /of one size, \[2, 3\] as the first, got \[2, 2\] for pictures\[1\]; resize or pad/,
      ],
      [[flat(1), 1], {}, /pictures\[1\] must be a Uint8 ndarray/],
      [[flat(1)], { cols: 0 }, /cols must be an integer of at least 1, got 0/],
      [[flat(1)], { gap: -1 }, /gap must be an integer from 0/],
      [[flat(1)], { background: 256 }, /background must be an integer from 0 to 255, got 256/],
      [[flat(1)], { columns: 2 }, /unknown option columns/],
    ];
    for (const [pictures, options, message] of refused) {
      assert.throws(() => contactSheet(pictures as Image[], options), { message });
    }
  });
});
