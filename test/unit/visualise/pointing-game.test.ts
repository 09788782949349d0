import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import { framed } from '#lib/image/framed-map.js';
import type { Box } from '#lib/image/index.js';
import { pointingGame } from '#lib/visualise/pointing-game.js';

/** A map of zeros with these values. */
function mapWith(rows: number, cols: number, values: Record<string, number>) {
  const map = array(new Float32Array(rows * cols), [rows, cols]);
  for (const [place, value] of Object.entries(values)) {
    const [row, col] = place.split(',').map(Number) as [number, number];
    map.set(row, col, value);
  }
  return map;
}

const box = (xmin: number, ymin: number, xmax: number, ymax: number): Box => ({ xmin, ymin, xmax, ymax });

describe('pointingGame', () => {
  const map = mapWith(40, 60, { '20,30': 2, '5,5': 1, '6,6': -9 });

  it('hits where the maximum lies in a box, whose sides belong to it', () => {
    const inside = { hit: true, point: { row: 20, col: 30 }, distance: 0 };
    const sides = [box(30, 20, 30, 20), box(0, 0, 30, 20), box(30, 20, 59, 39), box(10, 10, 40, 30)];
    for (const one of sides) assert.deepEqual(pointingGame(map, [one], { tolerance: 0 }), inside);
    assert.equal(pointingGame(map, [box(31, 20, 59, 39)], { tolerance: 0 }).hit, false);
    assert.equal(pointingGame(map, [box(0, 0, 30, 19)], { tolerance: 0.99 }).hit, false);
  });

  it('hits within 15 pixels of a box, that distance included, unless told otherwise', () => {
    const at = (xmax: number) => pointingGame(map, [box(0, 0, xmax, 39)]);
    assert.deepEqual(at(15), { hit: true, point: { row: 20, col: 30 }, distance: 15 });
    assert.deepEqual(at(14), { hit: false, point: { row: 20, col: 30 }, distance: 16 });
    assert.equal(pointingGame(map, [box(0, 0, 14, 39)], { tolerance: 16 }).hit, true);
  });

  it('measures from a corner in a straight line', () => {
    // 3 columns and 4 rows away.
    assert.equal(pointingGame(map, [box(33, 24, 59, 39)], { tolerance: 5 }).distance, 5);
    assert.equal(pointingGame(map, [box(33, 24, 59, 39)], { tolerance: 4.9 }).hit, false);
  });

  it('takes the nearest of several boxes', () => {
    assert.equal(pointingGame(map, [box(0, 0, 5, 5), box(28, 26, 40, 30)], { tolerance: 6 }).distance, 6);
  });

  it('takes the first of equal maxima in row-major order', () => {
    const two = mapWith(10, 10, { '3,8': 1, '5,1': 1 });
    assert.deepEqual(pointingGame(two, [box(8, 3, 8, 3)]).point, { row: 3, col: 8 });
  });

  it('points nowhere where the map is the same everywhere, zeros or not', () => {
    const nowhere = { hit: false, point: null, distance: null };
    assert.deepEqual(pointingGame(mapWith(9, 9, {}), [box(0, 0, 8, 8)]), nowhere);
    assert.deepEqual(pointingGame(array(new Float32Array(9).fill(-2), [3, 3]), [box(0, 0, 2, 2)]), nowhere);
  });

  it('looks for the maximum where the network looked: below 0 there, if all is', () => {
    const values = Float32Array.of(0, -3, -1, 0, -2, -2);
    const seen = Uint8Array.of(0, 1, 1, 0, 1, 1);
    const map = framed(array(values, [2, 3]), seen);
    assert.deepEqual(pointingGame(map, [box(2, 0, 2, 0)], { tolerance: 0 }), {
      hit: true,
      point: { row: 0, col: 2 },
      distance: 0,
    });
  });

  it('takes a map as it lies, and boxes that reach over its rim or between pixels', () => {
    const [turned, all] = [mapWith(3, 7, { '2,5': 1 }).transpose(1, 0), [box(-4, -1, 2, 5.5)]];
    assert.deepEqual(pointingGame(turned, all, { tolerance: 0 }).point, { row: 5, col: 2 });
    assert.equal(pointingGame(turned, all, { tolerance: 0 }).hit, true);
  });

  const refused: [title: string, map: unknown, boxes: unknown, options: object, error: object][] = [
    ['no boxes', map, [], {}, { code: 'ERR_ARGUMENT', message: /^pointingGame: boxes must be an array of at least one \{ xmin, .* got \[\]$/ }],
    ['one box alone', map, box(1, 2, 3, 4), {}, { code: 'ERR_ARGUMENT', message: /boxes must be an array .* got an object with keys xmin, ymin/ }],
    ['a box inside out', map, [box(1, 1, 2, 2), box(5, 1, 4, 2)], {}, { code: 'ERR_ARGUMENT', message: /boxes\[1\] must be .* xmin <= xmax/ }],
    ['a box of NaN', map, [box(NaN, 1, 4, 2)], {}, { code: 'ERR_ARGUMENT', message: /boxes\[0\] must be/ }],
    ['a box with other names', map, [{ x: 1, y: 2, width: 3, height: 4 }], {}, { code: 'ERR_ARGUMENT', message: /boxes\[0\] must be .* keys x, y, width, height/ }],
    ['null for a box', map, [null], {}, { code: 'ERR_ARGUMENT', message: /boxes\[0\] must be .* got null/ }],
    ['a box beside the map', map, [box(60, 0, 80, 9)], {}, { code: 'ERR_ARGUMENT', message: /boxes\[0\] must lie on the map of 40 x 60 pixels, got 60, 0, 80, 9; make the map with frame: 'image'/ }],
    ['a NaN in the map', array(Float32Array.of(1, 2, NaN, 4), [2, 2]), [box(0, 0, 1, 1)], {}, { code: 'ERR_ARGUMENT', message: /map must be finite, got NaN at \[row, col\] \[1, 0\]/ }],
    ['a map of bytes', array(new Uint8Array(4), [2, 2]), [box(0, 0, 1, 1)], {}, { code: 'ERR_DTYPE', message: /map must hold float32/ }],
    ['a mask of another shape', Object.assign(mapWith(2, 3, {}), { seen: array(new Uint8Array(2), [1, 2]) }), [box(0, 0, 1, 1)], {}, { code: 'ERR_ARGUMENT', message: /^pointingGame: map\.seen must be null or a uint8 mask of the map's shape \[2, 3\], got/ }],
    ['a mask that is an array', Object.assign(mapWith(2, 3, {}), { seen: [0, 1, 1, 1, 1, 1] }), [box(0, 0, 1, 1)], {}, { code: 'ERR_ARGUMENT', message: /map\.seen must be null or a uint8 mask/ }],
    ['a map of three axes', array(new Float32Array(4), [1, 2, 2]), [box(0, 0, 1, 1)], {}, { code: 'ERR_SHAPE', message: /map must be \[rows, cols\]/ }],
    ['a tolerance below 0', map, [box(0, 0, 1, 1)], { tolerance: -1 }, { code: 'ERR_ARGUMENT', message: /tolerance must be a finite number of at least 0, got -1/ }],
    ['an option it does not know', map, [box(0, 0, 1, 1)], { tolerence: 1 }, { code: 'ERR_ARGUMENT', message: /unknown option tolerence; did you mean tolerance\?/ }],
  ]; // prettier-ignore
  for (const [title, given, boxes, options, error] of refused) {
    it(`refuses ${title}`, () => assert.throws(() => pointingGame(given as never, boxes as never, options), error));
  }
});
