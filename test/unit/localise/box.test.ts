import assert from 'node:assert/strict';
import fc from 'fast-check';
import { boxAround, boxOnImage, centredBox, wholeImageBox } from '#lib/localise/box.js';

const box = (xmin: number, ymin: number, xmax: number, ymax: number) => ({ xmin, ymin, xmax, ymax });

describe('boxAround', () => {
  it('holds all pixels of the mask, and no less than one pixel', () => {
    assert.deepEqual(boxAround(Uint8Array.of(0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0), 4), box(1, 1, 3, 1));
    assert.deepEqual(boxAround(Uint8Array.of(0, 1, 0, 0, 0, 1), 3), box(1, 0, 2, 1));
    assert.deepEqual(boxAround(Uint8Array.of(1), 1), box(0, 0, 0, 0));
  });

  it('is none around nothing', () => {
    assert.equal(boxAround(new Uint8Array(6), 3), null);
  });
});

describe('boxOnImage', () => {
  it('goes by the edges of the pixels of the grid', () => {
    assert.deepEqual(boxOnImage(box(1, 1, 2, 1), [4, 4], [8, 12]), box(3, 2, 8, 3));
    assert.deepEqual(boxOnImage(box(1, 0, 1, 2), [3, 3], [4, 5]), box(1, 0, 3, 3));
    assert.deepEqual(boxOnImage(box(2, 3, 5, 4), [8, 8], [2, 4]), box(1, 0, 2, 1));
  });

  it('of the whole grid is the whole image, and any box lies in it with at least one pixel', () => {
    const side = fc.integer({ min: 1, max: 3000 });
    fc.assert(
      fc.property(side, side, side, side, fc.nat(), fc.nat(), (gridRows, gridCols, rows, cols, a, b) => {
        const whole = boxOnImage(box(0, 0, gridCols - 1, gridRows - 1), [gridRows, gridCols], [rows, cols]);
        assert.deepEqual(whole, wholeImageBox(rows, cols));
        const one = box(a % gridCols, b % gridRows, a % gridCols, b % gridRows);
        const { xmin, ymin, xmax, ymax } = boxOnImage(one, [gridRows, gridCols], [rows, cols]);
        assert.ok(xmin >= 0 && xmin <= xmax && xmax < cols && ymin >= 0 && ymin <= ymax && ymax < rows);
      }),
      { seed: 2 },
    );
  });
});

describe('centredBox', () => {
  it('has a share of each side in the middle of the image', () => {
    assert.deepEqual(centredBox(100, 200), box(30, 15, 169, 84));
    assert.deepEqual(centredBox(5, 4, 0.5), box(1, 1, 2, 3));
    assert.deepEqual(centredBox(1, 1, 0.01), box(0, 0, 0, 0));
    assert.deepEqual(centredBox(3, 7, 1), wholeImageBox(3, 7));
  });

  it('refuses sides and shares that are none', () => {
    assert.throws(() => centredBox(0, 1), {
      code: 'ERR_ARGUMENT',
      message: /centredBox: rows must be an integer of at least 1, got 0/,
    });
    const refused = [
      [0, /centredBox: share must be a finite number above 0, got 0/],
      [1.1, /centredBox: share must be a number from 0 to 1, got 1.1/],
    ] as const;
    for (const [share, message] of refused)
      assert.throws(() => centredBox(1, 1, share), { code: 'ERR_ARGUMENT', message });
    assert.throws(() => wholeImageBox(1, 1.5), { code: 'ERR_ARGUMENT', message: /wholeImageBox: cols/ });
  });
});
