import assert from 'node:assert/strict';
import { framed } from '#lib/image/framed-map.js';
import { resize, resizeFloat } from '#lib/image/resize.js';
import { onImage } from '#lib/localise/on-image.js';
import { workImage, workMap, workSizeOf } from '#lib/localise/work-grid.js';
import { array } from '#lib/ndarray.js';
import { atOnce } from '#lib/steps.js';
import { Random } from '../../support/random.js';

const random = new Random(11);
const imageOf = (rows: number, cols: number, channels: number) =>
  array(
    Uint8Array.from({ length: rows * cols * channels }, () => random.integer(0, 255)),
    [rows, cols, channels],
  );

describe('workSizeOf', () => {
  it('makes the shorter side what is asked for, enlarging too, or keeps the size', () => {
    assert.deepEqual(workSizeOf(375, 500, 256), [256, 341]);
    assert.deepEqual(workSizeOf(20, 10, 256), [512, 256]);
    assert.deepEqual(workSizeOf(1, 1, 256), [256, 256]);
    assert.deepEqual(workSizeOf(3, 7, 'full'), [3, 7]);
  });

  it('squeezes a line of pixels to a strip', () => {
    assert.deepEqual(workSizeOf(1, 100_000, 256), [256, 4096]);
    assert.deepEqual(workSizeOf(100_000, 1, 1), [16, 1]);
  });
});

describe('workImage', () => {
  it('is the image resized bicubically, in three colours', async () => {
    const img = imageOf(20, 30, 3);
    const { rows, cols, colours } = await workImage(img, 12);
    assert.deepEqual([rows, cols], [12, 18]);
    assert.deepEqual(colours, resize(img, [12, 18], 'bicubic').data);
    assert.deepEqual((await workImage(img, 'full')).colours, img.data);
  });

  it('repeats grey levels, and shows white behind what is transparent', async () => {
    const grey = await workImage(array(Uint8Array.of(7, 9), [1, 2, 1]), 'full');
    assert.deepEqual([...grey.colours], [7, 7, 7, 9, 9, 9]);
    const alpha = await workImage(array(Uint8Array.of(1, 2, 3, 0, 1, 2, 3, 255), [1, 2, 4]), 'full');
    assert.deepEqual([...alpha.colours], [255, 255, 255, 1, 2, 3]);
  });
});

describe('workMap', () => {
  it('is the map resized bilinearly', async () => {
    const map = framed(array(random.normals(600), [20, 30]), null);
    const { values, seen } = await workMap(map, [12, 18]);
    assert.deepEqual([values, seen], [resizeFloat(map, [12, 18], 'bilinear').data, null]);
  });

  it('is the map itself where the grid has its size, and has not seen what that has not', async () => {
    const map = framed(array(Float32Array.of(1, 2, 3), [1, 3]), Uint8Array.of(1, 0, 1));
    const same = await workMap(map, [1, 3]);
    assert.deepEqual(
      [[...same.values], [...same.seen!]],
      [
        [1, 2, 3],
        [1, 0, 1],
      ],
    );
    const larger = await workMap(map, [2, 6]);
    assert.deepEqual([...larger.seen!], [1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1]);
  });
});

describe('onImage', () => {
  const grid = { rows: 2, cols: 3, colours: new Uint8Array(18) };
  const mask = Uint8Array.of(1, 0, 1, 0, 1, 0);

  it('gives each pixel what its centre lies in', () => {
    const larger = atOnce(onImage(mask, grid, [4, 6]));
    assert.deepEqual([...larger.data].join(''), '110011' + '110011' + '001100' + '001100');
    assert.deepEqual([...atOnce(onImage(mask, grid, [1, 2])).data], [0, 0]);
    assert.deepEqual([...atOnce(onImage(mask, grid, [2, 3])).data], [...mask]);
  });
});
