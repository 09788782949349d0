import assert from 'node:assert/strict';
import { framed } from '#lib/image/framed-map.js';
import { withoutForeground } from '#lib/localise/fallback.js';
import { segment } from '#lib/localise/segment.js';
import { array, type FloatArray, type Image } from '#lib/ndarray.js';
import { Random } from '../../support/random.js';

const device = 'cpu';
const mapOf = (rows: number, cols: number, value: (i: number) => number): FloatArray =>
  array(
    Float32Array.from({ length: rows * cols }, (_, i) => value(i)),
    [rows, cols],
  );
const imageOf = (rows: number, cols: number, level: (i: number) => number): Image =>
  array(
    Uint8Array.from({ length: rows * cols * 3 }, (_, i) => level(i)),
    [rows, cols, 3],
  );

describe('segment where there is nothing to cut by', () => {
  const random = new Random(8);
  const noise = imageOf(30, 40, () => random.integer(0, 255));
  const whole = { xmin: 0, ymin: 0, xmax: 39, ymax: 29 };

  it('gives the whole image for a map that is the same everywhere, and says so', async () => {
    for (const level of [0, 7]) {
      const { box, mask, note, foreground, grid } = await segment(
        mapOf(30, 40, () => level),
        noise,
        { device, keepGrid: true },
      );
      assert.deepEqual([box, foreground, grid], [whole, null, null]);
      assert.ok(!mask.data.includes(0));
      assert.match(note!, /^the map is the same everywhere, .*: the box is the whole image$/);
    }
  });

  it('gives the whole image where nothing was seen', async () => {
    const map = framed(
      mapOf(30, 40, (i) => i),
      new Uint8Array(1200),
    );
    const { box, note, clamps } = await segment(map, noise, { device });
    assert.deepEqual([box, clamps!.foreground.data.includes(1)], [whole, false]);
    assert.match(note!, /^the network has seen nothing of the image, .*: the box is the whole image$/);
    assert.equal((await segment(map, noise, { device, clamps: false })).clamps, null);
  });

  it('gives the whole image where too few pixels were seen for colour models', async () => {
    const map = framed(
      mapOf(30, 40, (i) => i),
      Uint8Array.from({ length: 1200 }, (_, i) => Number(i < 20)),
    );
    const { box, note } = await segment(map, noise, { device, workSize: 'full' });
    assert.deepEqual(box, whole);
    assert.match(note!, /^1 pixel above the quantile for the foreground and 6 below .* too few/);
  });

  it('gives the highest values where the image has one colour', async () => {
    const map = mapOf(30, 40, (i) => ([45, 46, 75, 700, 800, 1199].includes(i) ? 9 : i / 1e6));
    const options = { device, workSize: 'full', quantiles: { foreground: 0.995 } } as const;
    const { box, note } = await segment(
      map,
      imageOf(30, 40, () => 9),
      options,
    );
    assert.deepEqual(box, { xmin: 5, ymin: 1, xmax: 6, ymax: 1 });
    assert.match(note!, /^the image has one colour .*: the box is that of the map's highest values$/);
  });

  it('gives a pixel for a pixel', async () => {
    for (const value of [0, -3, 1e30]) {
      for (const preset of ['iseg', 'grabcut'] as const) {
        for (const workSize of [256, 'full', 1] as const) {
          const { box, note, mask } = await segment(
            mapOf(1, 1, () => value),
            imageOf(1, 1, () => 5),
            { device, preset, workSize },
          );
          assert.deepEqual([box, [...mask.data]], [{ xmin: 0, ymin: 0, xmax: 0, ymax: 0 }, [1]]);
          assert.ok(note);
        }
      }
    }
  });

  it('never fails on small, thin and two-coloured images', async () => {
    for (const [rows, cols] of [
      [1, 2],
      [2, 2],
      [1, 40],
      [40, 1],
      [5, 3],
      [9, 9],
    ] as const) {
      for (const preset of ['iseg', 'grabcut'] as const) {
        for (const workSize of [16, 'full'] as const) {
          const img = imageOf(rows, cols, (i) => (i < (3 * rows * cols) / 2 ? 10 : 200));
          const { box, mask } = await segment(
            mapOf(rows, cols, (i) => i),
            img,
            { device, preset, workSize },
          );
          assert.ok(mask.data.includes(1));
          assert.ok(box.xmin >= 0 && box.xmin <= box.xmax && box.xmax < cols && box.ymax < rows);
        }
      }
    }
  });

  it('gives the highest pixels that hang together where a cut leaves no foreground that holds a seed', async () => {
    const image = { rows: 1, cols: 5, colours: new Uint8Array(15) };
    const seeds = { foreground: Uint8Array.of(1, 0, 1, 1, 0), background: new Uint8Array(5) };
    const clamps = { foreground: Uint8Array.of(1, 0, 0, 0, 0), background: new Uint8Array(5) };
    for (const given of [null, clamps]) {
      const { mask, note } = await withoutForeground(image, { seeds, clamps: given });
      assert.deepEqual([...mask], [0, 0, 1, 1, 0]);
      assert.match(note, /no part of the foreground .* holds a foreground seed/);
    }
  });
});
