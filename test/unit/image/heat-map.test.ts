import assert from 'node:assert/strict';
import { colourTable } from '#lib/image/colours.js';
import { heatMap, overlay } from '#lib/image/heat-map.js';
import { quantile } from '#lib/image/quantile.js';
import { array, type FloatArray, type Image } from '#lib/ndarray.js';
import { Random } from '../../support/random.js';

const row = (...values: number[]): FloatArray => array(Float32Array.from(values), [1, values.length]);
const pixel = (image: Image, i: number): number[] => [...image.data.subarray(3 * i, 3 * i + 3)];
const white = [0xf7, 0xf7, 0xf7];

describe('heatMap', () => {
  it('runs from the first colour at 0 to the last at the largest value', () => {
    const image = heatMap(row(0, 5, 10), { colours: 'grey' });
    assert.deepEqual(image.shape, [1, 3, 3]);
    assert.deepEqual([...image.data], [0, 0, 0, 128, 128, 128, 255, 255, 255]);
  });

  it('draws maps of zeros in the colour of 0, constant ones in the last', () => {
    assert.deepEqual(pixel(heatMap(row(0, 0)), 0), [0, 0, 4]);
    assert.deepEqual(pixel(heatMap(row(0, 0), { colours: 'diverging' }), 0), white);
    assert.deepEqual(pixel(heatMap(row(3, 3)), 1), [0xfc, 0xff, 0xa4]);
    assert.deepEqual(pixel(heatMap(row(-3, -3), { colours: 'grey' }), 1), [0, 0, 0]);
    assert.deepEqual(pixel(heatMap(row(-1e-44, 1e-44)), 1), pixel(heatMap(row(-1, 1)), 1));
  });

  it('draws signed maps about a white 0, as far to blue as to red', () => {
    const image = heatMap(row(-4, 0, 2, 8), { percentile: 100 });
    assert.deepEqual(pixel(image, 1), white);
    assert.deepEqual(pixel(image, 3), [0x5f, 0x1f, 0x1f]);
    assert.deepEqual(pixel(image, 0), [...colourTable('diverging').subarray(3 * 64, 3 * 65)]);
  });

  it('clips at the percentile, in the picture alone', () => {
    const map = row(...Array.from({ length: 100 }, (_, i) => i + 1));
    map.data[99] = 1e6;
    const image = heatMap(map, { colours: 'grey', percentile: 99 });
    assert.deepEqual(pixel(image, 98), [255, 255, 255]);
    assert.deepEqual(pixel(image, 99), [255, 255, 255]);
    assert.deepEqual(pixel(heatMap(map, { colours: 'grey', percentile: 100 }), 98), [0, 0, 0]);
    assert.equal(map.data[99], 1e6);
  });

  it('shows the few values of a map that is zero up to the percentile', () => {
    const map = row(...Array.from({ length: 1000 }, (_, i) => (i === 7 ? 5 : 0)));
    assert.deepEqual(pixel(heatMap(map, { colours: 'grey' }), 7), [255, 255, 255]);
    map.data[7] = -0.01;
    assert.deepEqual(pixel(heatMap(map), 7), [0x0f, 0x34, 0x65]);
  });

  it('reads views', () => {
    const map = array(Float32Array.of(0, 1, 2, 3, 4, 5), [2, 3]);
    const image = heatMap(map.transpose(1, 0), { colours: 'grey', percentile: 100 });
    assert.deepEqual(image.shape, [3, 2, 3]);
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((i) => pixel(image, i)[0]),
      [0, 3, 1, 4, 2, 5].map((v) => Math.round((Math.round((v * 254) / 5) / 254) * 255)),
    );
  });

  it('refuses NaN and infinity, saying where', () => {
    const map = array(Float32Array.of(0, 1, 2, NaN, 4, 5), [2, 3]);
    assert.throws(() => heatMap(map), {
      code: 'ERR_ARGUMENT',
      message: 'heatMap: map[1][0] must be a finite number, got NaN',
    });
    assert.throws(() => heatMap(row(1, Infinity)), { message: /map\[0\]\[1\] must be a finite number, got Infinity/ });
  });

  it('refuses what is no map and options that do not exist', () => {
    assert.throws(() => heatMap([1, 2] as never), {
      code: 'ERR_ARGUMENT',
      message: /map must be a Float32 ndarray \[rows, cols\], got \[1, 2\]/,
    });
    assert.throws(() => heatMap(array(new Float32Array(8), [2, 2, 2])), { code: 'ERR_SHAPE' });
    assert.throws(() => heatMap(row(1), { colors: 'jet' } as never), {
      message: /unknown option colors; did you mean colours\?/,
    });
    assert.throws(() => heatMap(row(1), { colours: 'magma' as never }), {
      message: /colours must be one of 'inferno'/,
    });
    assert.throws(() => heatMap(row(1), { percentile: 101 }), {
      message: /percentile must be a number from 0 to 100, got 101/,
    });
  });
});

describe('overlay', () => {
  const image = array(Uint8Array.of(0, 100, 200, 50, 50, 50), [1, 2, 3]);

  it('takes a heat map that is drawn already, and leaves it as it is', () => {
    const image: Image = array(Uint8Array.of(0, 50, 100, 150, 200, 250), [1, 2, 3]);
    const heat = heatMap(row(1, 4), { colours: 'grey' });
    const before = heat.data.slice();
    assert.deepEqual(overlay(image, heat, { alpha: 0.3 }), overlay(image, row(1, 4), { colours: 'grey', alpha: 0.3 }));
    assert.deepEqual(heat.data, before);
    assert.throws(() => overlay(image, heat, { colours: 'grey' }), {
      code: 'ERR_ARGUMENT',
      message: /unknown option colours/,
    });
    const grey = array(new Uint8Array(2), [1, 2, 1]);
    assert.throws(() => overlay(image, grey), {
      code: 'ERR_SHAPE',
      message: /must be \[rows, cols, 3\], got \[1, 2, 1\]/,
    });
  });

  it('mixes the image and the heat map by alpha', () => {
    const map = row(0, 1);
    assert.deepEqual([...overlay(image, map, { colours: 'grey', alpha: 0.5 }).data], [0, 50, 100, 153, 153, 153]);
    assert.deepEqual(overlay(image, map, { alpha: 0 }).data, image.data);
    assert.deepEqual(overlay(image, map, { alpha: 1 }).data, heatMap(map).data);
  });

  it('repeats grey and leaves alpha out', () => {
    const map = row(0, 1);
    const grey = array(Uint8Array.of(10, 20), [1, 2, 1]);
    assert.deepEqual([...overlay(grey, map, { alpha: 0 }).data], [10, 10, 10, 20, 20, 20]);
    const rgba = array(Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 255), [1, 2, 4]);
    assert.deepEqual([...overlay(rgba, map, { alpha: 0 }).data], [1, 2, 3, 4, 5, 6]);
  });

  it('leaves the image as it was', () => {
    overlay(image, row(0, 1));
    assert.deepEqual([...image.data], [0, 100, 200, 50, 50, 50]);
  });

  it("refuses a map of another size and says how to get the image's", () => {
    const message = "overlay: map must have the image's size [1, 2], got [1, 3]; ask saliency for frame: 'image'";
    assert.throws(() => overlay(image, row(1, 2, 3)), { code: 'ERR_SHAPE', message });
  });
});

describe('quantile', () => {
  it('is the element of the nearest rank, as sorting would give it', () => {
    const random = new Random(5);
    for (let length = 1; length < 60; length++) {
      // few values that repeat, or many of any size and sign
      const any = () => random.uniform(-1, 1) * 10 ** random.integer(-45, 38);
      const values = Float32Array.from({ length }, length % 2 === 0 ? any : () => random.integer(-9, 9));
      const sorted = values.slice().sort();
      for (const percent of [0, 1, 37, 50, 99, 100]) {
        const rank = Math.max(Math.ceil((percent / 100) * length) - 1, 0);
        assert.equal(quantile(values, percent), sorted[rank], `${percent} % of ${length}`);
      }
    }
  });
});
