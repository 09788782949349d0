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

  it('makes rows as high as their highest picture, columns as wide as their widest, and centres the others', () => {
    const sheet = contactSheet([flat(1, 3, 1), flat(2, 1, 1), flat(3, 1, 3), flat(4, 1, 1)], { gap: 0, background: 9 });
    assert.deepEqual(levels(sheet), [
      [9, 1, 9, 9],
      [9, 1, 9, 2],
      [9, 1, 9, 9],
      [3, 3, 3, 4],
    ]);
  });

  it('leaves places empty', () => {
    const sheet = contactSheet([flat(1, 1, 2), null, null, flat(2, 2, 1)], { gap: 0, background: 9 });
    assert.deepEqual(levels(sheet), [
      [1, 1, 9],
      [9, 9, 2],
      [9, 9, 2],
    ]);
    assert.deepEqual(contactSheet([flat(1, 1, 2), null], { gap: 0 }).shape, [1, 4, 3]);
  });

  it('scales pictures into a tile, in their proportions', () => {
    const sheet = contactSheet([flat(1, 40, 20), flat(2, 3, 12)], { tile: [10, 8], gap: 1, margin: 2, background: 9 });
    // 10 x 5 and 2 x 8
    assert.deepEqual(sheet.shape, [2 + 10 + 2, 2 + 5 + 1 + 8 + 2, 3]);
    const counts = [1, 2, 9].map((level) => sheet.data.filter((one) => one === level).length / 3);
    assert.deepEqual(counts, [50, 16, 14 * 18 - 66]);
  });

  /** Rows and columns, first and last, between which pixels of some channel are darker than `level`. */
  const inkBox = ({ shape, data }: Image, level = 128) => {
    const [rows, cols] = shape as [number, number];
    const dark = Array.from({ length: rows * cols }, (_, i) => i).filter((i) => data[3 * i]! < level);
    const [ys, xs] = [dark.map((i) => Math.floor(i / cols)), dark.map((i) => i % cols)];
    return [Math.min(...ys), Math.max(...ys), Math.min(...xs), Math.max(...xs)] as const;
  };

  it('writes a caption under its picture, in the middle, and nowhere else', () => {
    const pictures = [flat(255, 20, 100), flat(255, 20, 100)];
    const sheet = contactSheet(pictures, { captions: ['', 'zebra'] });
    assert.deepEqual(sheet.shape, [20 + 4 + 18 + 4, 202, 3]);
    const [top, bottom, left, right] = inkBox(sheet);
    assert.ok(top >= 24 && bottom < 42, `${top} to ${bottom}`);
    assert.ok(left > 125 && right < 179 && Math.abs(left + right - 2 * 151.5) <= 3, `${left} to ${right}`);
  });

  it('reserves room for the longest caption of each row alone', () => {
    const captions = ['one', 'a caption of more words than fit', 'three', ''];
    const pictures = Array.from({ length: 4 }, () => flat(255, 20, 100));
    assert.equal(contactSheet(pictures, { captions }).shape[0], 20 + 8 + 36 + 2 + 20 + 8 + 18);
    assert.equal(contactSheet(pictures, { captions: ['', '', '', ''] }).shape[0], 42);
  });

  it('writes headings above columns and left of rows', () => {
    const pictures = [flat(255, 40, 100), flat(255, 40, 100)];
    const columns = contactSheet(pictures, { columnHeadings: ['', 'map'] });
    assert.equal(columns.shape[0], 18 + 4 + 40);
    const [, bottom, left] = inkBox(columns);
    assert.ok(bottom < 18 && left > 102);
    const rows = contactSheet(pictures, { cols: 1, rowHeadings: ['', 'airliner'] });
    const [top, , , right] = inkBox(rows);
    assert.ok(top > 42 && rows.shape[1]! > right + 100 && rows.shape[1]! < 100 + 60 + 9, `${top}, ${right}`);
  });

  it('writes light on dark, and larger beside large pictures', () => {
    const dark = contactSheet([flat(0, 10, 60)], { background: 0, captions: ['x'] });
    assert.ok(Math.max(...dark.data) > 200);
    assert.equal(contactSheet([flat(0, 10, 300)], { captions: ['x'] }).shape[0], 10 + 8 + 25);
  });

  it('refuses no pictures, what is no picture, and texts that belong to nothing', () => {
    const refused: [unknown, object, RegExp][] = [
      [[], {}, /pictures must be an array of at least one picture, got \[\]/],
      [flat(1), {}, /pictures must be an array/],
      [[null], {}, /pictures must be an array of at least one picture, got \[null\]/],
      [[flat(1), 1], {}, /pictures\[1\] must be a Uint8 ndarray/],
      [[flat(1)], { cols: 0 }, /cols must be an integer from 1 to 1, got 0/],
      [[flat(1), flat(2)], { cols: 3 }, /cols must be an integer from 1 to 2, got 3/],
      [[flat(1)], { gap: -1 }, /gap must be an integer from 0/],
      [[flat(1)], { background: 256 }, /background must be an integer from 0 to 255, got 256/],
      [[flat(1)], { margin: 0.5 }, /margin must be an integer from 0/],
      [[flat(1)], { columns: 2 }, /unknown option columns/],
      [[flat(1)], { tile: [0, 3] }, /rows of tile must be an integer of at least 1, got 0/],
      [
        [flat(1)],
        { captions: ['a', 'b'] },
        /captions must be an array of 1 strings, one for each picture, got \["a", "b"\]/,
      ],
      [[flat(1)], { captions: [7] }, /captions must be an array of 1 strings/],
      [
        [flat(1), flat(2)],
        { columnHeadings: ['a'] },
        /columnHeadings must be an array of 2 strings, one for each column/,
      ],
      [
        [flat(1), flat(2)],
        { cols: 1, rowHeadings: 'ab' },
        /rowHeadings must be an array of 2 strings, one for each row/,
      ],
    ];
    for (const [pictures, options, message] of refused) {
      assert.throws(() => contactSheet(pictures as Image[], options), { message });
    }
  });
});
