import assert from 'node:assert/strict';
import { drawBox, type Image } from '#lib/index.js';
import { array } from '#lib/ndarray.js';

const grey = (rows: number, cols: number): Image => array(new Uint8Array(rows * cols).fill(7), [rows, cols, 1]);

/** The pixels that differ from grey 7, row by row. */
function drawn(picture: Image): string[] {
  const [rows, cols] = picture.shape as [number, number];
  const at = (row: number, col: number) => picture.data.subarray((row * cols + col) * 3, (row * cols + col) * 3 + 3);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: cols }, (_, col) => (at(row, col).join() === '7,7,7' ? '.' : '#')).join(''),
  );
}

describe('drawBox', () => {
  const box = { xmin: 1, ymin: 1, xmax: 5, ymax: 4 };

  it('draws a line inside the box, in a copy', () => {
    const img = grey(6, 7);
    const one = drawBox(img, box, { thickness: 1, colour: [1, 2, 3] });
    assert.deepEqual(drawn(one), ['.......', '.#####.', '.#...#.', '.#...#.', '.#####.', '.......']);
    assert.deepEqual([...one.data.subarray((7 + 1) * 3, (7 + 1) * 3 + 3)], [1, 2, 3]);
    assert.ok(img.data.every((level) => level === 7));
    assert.deepEqual(drawn(drawBox(img, box)), ['.......', '.#####.', '.#####.', '.#####.', '.#####.', '.......']);
    assert.deepEqual(drawn(drawBox(grey(1, 1), { xmin: 0, ymin: 0, xmax: 0, ymax: 0 })), ['#']);
  });

  it('leaves an image of colours as it is', () => {
    const img = array(Uint8Array.of(1, 2, 3), [1, 1, 3]);
    const picture = drawBox(img, { xmin: 0, ymin: 0, xmax: 0, ymax: 0 });
    assert.deepEqual(
      [[...img.data], [...picture.data]],
      [
        [1, 2, 3],
        [255, 214, 0],
      ],
    );
  });

  it('takes colours as they are, and white behind what is transparent', () => {
    const pixels = Uint8Array.of(1, 2, 3, 255, 9, 9, 9, 0, 9, 9, 9, 0);
    const picture = drawBox(array(pixels, [1, 3, 4]), { xmin: 2, ymin: 0, xmax: 2, ymax: 0 });
    assert.deepEqual([...picture.data], [1, 2, 3, 255, 255, 255, 255, 214, 0]);
  });

  it('refuses what is no box of the image', () => {
    for (const wrong of [{ xmin: 5, xmax: 4 }, { xmax: 7 }, { ymin: -1 }, { ymax: 4.5 }, { ymax: undefined }]) {
      assert.throws(() => drawBox(grey(6, 7), { ...box, ...(wrong as Partial<typeof box>) }), {
        code: 'ERR_ARGUMENT',
        message: /box must be of whole pixels inside the image of 6 x 7, got \{ xmin: /,
      });
    }
    const message = /box must be \{ xmin, ymin, xmax, ymax \}, got undefined$/;
    assert.throws(() => drawBox(grey(6, 7), undefined as never), { code: 'ERR_ARGUMENT', message });
    assert.throws(() => drawBox(grey(6, 7), Promise.resolve(box) as never), /got a Promise; wait for it: await$/);
    assert.throws(() => drawBox(grey(6, 7), box, { colour: [0, 0, 256] }), /colour must be an integer from 0 to 255/);
    assert.throws(() => drawBox(grey(6, 7), box, { thickness: 0 }), /thickness must be an integer of at least 1/);
  });
});
