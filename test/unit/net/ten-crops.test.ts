import assert from 'node:assert/strict';
import { regionOf, tenCropsOf, type Crop } from '#lib/net/ten-crops.js';

const places = (crops: readonly Crop[]) => crops.map(({ top, left }) => [top, left]);

describe('tenCropsOf', () => {
  it('gives corners and centre of the rescaled image, and then the mirror images of the five', () => {
    const crops = tenCropsOf('test', [256, 366], [227, 227], 'rectangle');
    const five = [
      [0, 0],
      [0, 139],
      [29, 0],
      [29, 139],
      [14, 69],
    ];
    assert.deepEqual(places(crops), [...five, ...five]);
    const mirrored = crops.map((crop) => crop.mirrored);
    assert.deepEqual(mirrored, [false, false, false, false, false, true, true, true, true, true]);
  });

  it("region 'square' gives those of the square in the middle, which lies to the left where the rest is odd", () => {
    const [wide, high] = [tenCropsOf('test', [6, 11], [3, 2], 'square'), tenCropsOf('test', [9, 6], [3, 2], 'square')];
    const [left, top] = [Math.floor((11 - 6) / 2), Math.floor((9 - 6) / 2)];
    const within = [
      [0, 0],
      [0, 4],
      [3, 0],
      [3, 4],
      [1, 2],
    ] as const;
    assert.deepEqual(
      places(wide).slice(0, 5),
      within.map(([row, col]) => [row, left + col]),
    );
    assert.deepEqual(
      places(high).slice(0, 5),
      within.map(([row, col]) => [top + row, col]),
    );
  });

  it('gives ten times the whole where the network sees all of the rescaled image', () => {
    assert.deepEqual(new Set(places(tenCropsOf('test', [4, 7], [4, 7], 'rectangle')).map(String)), new Set(['0,0']));
  });

  it('refuses a square that is smaller than a crop', () => {
    assert.throws(() => tenCropsOf('saliency', [4, 9], [4, 7], 'square'), {
      code: 'ERR_ARGUMENT',
      message: /^saliency: region 'square' must hold crops of 4 x 7 pixels, got 4 x 4; take region 'rectangle'$/,
    });
  });
});

describe('regionOf', () => {
  it('is the rectangle unless told otherwise, and null without ten crops', () => {
    assert.equal(regionOf('test', { tenCrops: true }), 'rectangle');
    assert.equal(regionOf('test', { tenCrops: true, region: 'square' }), 'square');
    assert.equal(regionOf('test', {}), null);
    assert.equal(regionOf('test', { tenCrops: false }), null);
  });

  const refused: [options: object, message: RegExp][] = [
    [{ tenCrops: 1 }, /classify: tenCrops must be true or false, got 1/],
    [{ tenCrops: true, region: 'circle' }, /classify: region must be one of 'rectangle', 'square', got "circle"/],
    [{ region: 'square' }, /region must be left out where tenCrops is not true, got "square"; add tenCrops: true/],
  ];
  for (const [options, message] of refused) {
    it(`refuses ${JSON.stringify(options)}`, () =>
      assert.throws(() => regionOf('classify', options), { code: 'ERR_ARGUMENT', message }));
  }
});
