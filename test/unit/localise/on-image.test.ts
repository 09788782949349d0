import assert from 'node:assert/strict';
import { boxAround, boxOnImage } from '#lib/localise/box.js';
import { objectOnImage, onImage } from '#lib/localise/on-image.js';
import { atOnce } from '#lib/steps.js';

/** A grid [rows, cols] with ones at these places, on an image. */
function given(rows: number, cols: number, ones: readonly number[]) {
  const mask = Uint8Array.from({ length: rows * cols }, (_, i) => Number(ones.includes(i)));
  return { mask, grid: { rows, cols, colours: new Uint8Array(rows * cols * 3) } };
}

describe('objectOnImage', () => {
  it('gives each pixel what its centre lies in', () => {
    const { mask, grid } = given(4, 4, [5, 6, 15]);
    // Centres lie at the corners of four cells each, of which the lower right one holds them.
    assert.deepEqual([...atOnce(objectOnImage(mask, grid, [2, 2])).data], [1, 0, 0, 1]);
  });

  it('gives every pixel that an object touches which holds no centre', () => {
    // Cells of 0.8 pixels: that of row 2 goes from 1.6 to 2.4, that of column 4 from 3.2 to 4.
    const { mask, grid } = given(5, 5, [14]);
    assert.ok(!atOnce(onImage(mask, grid, [4, 4])).data.includes(1));
    const object = atOnce(objectOnImage(mask, grid, [4, 4]));
    assert.deepEqual([...object.data], [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]);
  });

  it('always gives a pixel, inside of the box', () => {
    for (const [rows, cols, high, wide] of [
      [1, 1, 7, 9],
      [4, 4, 5, 5],
      [3, 40, 32, 2],
      [8, 8, 3, 5],
    ] as const) {
      for (let at = 0; at < high * wide; at++) {
        const { mask, grid } = given(high, wide, [at]);
        const object = atOnce(objectOnImage(mask, grid, [rows, cols])).data;
        const around = boxAround(object, cols)!;
        const box = boxOnImage(boxAround(mask, wide)!, [high, wide], [rows, cols]);
        assert.ok(box.xmin <= around.xmin && box.ymin <= around.ymin);
        assert.ok(around.xmax <= box.xmax && around.ymax <= box.ymax);
      }
    }
  });
});
