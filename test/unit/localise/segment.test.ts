import assert from 'node:assert/strict';
import { copy } from '#lib/image/image.js';
import { framed } from '#lib/image/framed-map.js';
import { componentsOf, largest } from '#lib/localise/components.js';
import { maxFlow } from '#lib/localise/max-flow.js';
import { segment, type SegmentOptions } from '#lib/localise/segment.js';
import { array, type Image } from '#lib/ndarray.js';
import { atOnce } from '#lib/steps.js';
import { Random } from '../../support/random.js';
import { disc, type Scene } from '../../support/scenes.js';

const place = { rows: 72, cols: 90, row: 34, col: 40, radius: 14 };
const full = { workSize: 'full', device: 'cpu' } as const;
const run = ({ map, img }: Scene, options: SegmentOptions = {}) => segment(map, img, { ...full, ...options });

function overlap(a: Uint8Array, b: Uint8Array): number {
  const both = a.reduce((sum, one, i) => sum + (one & b[i]!), 0);
  return both / a.reduce((sum, one, i) => sum + (one | b[i]!), 0);
}

describe('segment', () => {
  const scene = disc(place);

  it('finds the whole of a thing of which the map shows a part, by its colour', async () => {
    for (const preset of ['iseg', 'grabcut'] as const) {
      const { mask, box, note } = await run(scene, { preset });
      assert.ok(overlap(mask.data, scene.thing) > 0.97, `${preset}: ${overlap(mask.data, scene.thing)}`);
      assert.deepEqual([box, note], [{ xmin: 26, ymin: 20, xmax: 54, ymax: 48 }, null]);
    }
  });

  it('finds it on the work grid, and gives masks and box of the image', async () => {
    const { mask, box, seeds, clamps } = await segment(scene.map, scene.img, { device: 'cpu', workSize: 64 });
    for (const one of [mask, seeds.foreground, clamps!.background]) assert.deepEqual(one.shape, [72, 90]);
    assert.ok(overlap(mask.data, scene.thing) > 0.9);
    assert.ok(Math.abs(box.xmin - 26) <= 2 && Math.abs(box.ymax - 48) <= 2);
  });

  it('takes seeds above the 95 % and below the 30 % quantile, and clamps beyond those of 99.5 % and 0.5 %', async () => {
    const map = array(
      Float32Array.from({ length: 72 * 90 }, (_, i) => i),
      [72, 90],
    );
    const { seeds, clamps } = await run({ ...scene, map });
    const last = 72 * 90 - 1;
    assert.equal(seeds.foreground.data.indexOf(1), Math.floor(last * 0.95) + 1);
    assert.equal(seeds.background.data.lastIndexOf(1), Math.ceil(last * 0.3) - 1);
    assert.equal(clamps!.foreground.data.indexOf(1), Math.floor(last * 0.995) + 1);
    assert.equal(clamps!.background.data.lastIndexOf(1), Math.ceil(last * 0.005) - 1);
  });

  it('keeps what it cut, of which anybody may find the mask', async () => {
    for (const neighbours of [4, 8] as const) {
      const { grid, foreground, seeds, mask } = await run(scene, { neighbours, keepGrid: true });
      assert.equal(grid!.downRight === null, neighbours === 4);
      const again = await maxFlow(grid!);
      assert.deepEqual(again.foreground.data, foreground!.data);
      const components = atOnce(componentsOf(foreground!.data, 90));
      assert.deepEqual(atOnce(largest(components, seeds.foreground.data)), mask.data);
    }
    assert.equal((await run(scene)).grid, null);
  });

  it('without smoothness labels each pixel by what its own colour costs, foreground where both cost the same', async () => {
    const { grid, foreground } = await run(scene, { gamma: 0, keepGrid: true });
    for (const edges of [grid!.right, grid!.down]) assert.ok(edges.every((capacity) => capacity === 0));
    const expected = foreground!.data.map((_, i) => Number(grid!.source[i]! >= grid!.sink[i]!));
    assert.deepEqual(foreground!.data, expected);
    assert.ok(expected.includes(0) && expected.includes(1));
  });

  it('moves the box with the thing', async () => {
    const { box, mask } = await run(scene);
    for (const [down, right] of [
      [5, 9],
      [-4, -10],
    ] as const) {
      const moved = await run(disc({ ...place, row: place.row + down, col: place.col + right }));
      const { xmin, ymin, xmax, ymax } = box;
      const expected = { xmin: xmin + right, ymin: ymin + down, xmax: xmax + right, ymax: ymax + down };
      assert.deepEqual(moved.box, expected);
      const shifted = new Uint8Array(72 * 90);
      mask.data.forEach((one, i) => one && (shifted[i + down * 90 + right] = 1));
      assert.deepEqual(moved.mask.data, shifted);
    }
  });

  it('gives the mirrored mask and box of a mirrored image and map', async () => {
    for (const neighbours of [4, 8] as const) {
      const { mask, box } = await run(scene, { neighbours });
      const mirrored = await run(
        { ...scene, img: scene.img.step(1, -1), map: scene.map.step(1, -1) },
        {
          neighbours,
        },
      );
      const { data } = mirrored.mask;
      for (let i = 0; i < data.length; i++) {
        assert.equal(data[i], mask.data[i - (i % 90) + 89 - (i % 90)]);
      }
      assert.deepEqual(mirrored.box, { ...box, xmin: 89 - box.xmax, xmax: 89 - box.xmin });
    }
  });

  it('does not depend on the number of threads, and repeats itself', async () => {
    const { openDevice } = await import('#lib/device/index.js');
    const device = await openDevice('cpu', { threads: 3 });
    try {
      for (const preset of ['iseg', 'grabcut'] as const) {
        const one = await run(scene, { preset, keepGrid: true });
        const other = await segment(scene.map, scene.img, { preset, keepGrid: true, workSize: 'full', device });
        assert.deepEqual(other, one);
      }
      assert.equal(device.disposed, false);
    } finally {
      device.dispose();
    }
  });

  it('gives no quantile, seed or clamp to what was not seen, but may call it foreground', async () => {
    // The lower half of the disc was not seen, and has values there all the same.
    const seen = Uint8Array.from({ length: 72 * 90 }, (_, i) => Number(i < 36 * 90));
    const map = framed(
      array(
        scene.map.data.map((value, i) => (seen[i] ? value : 100)),
        [72, 90],
      ),
      seen,
    );
    const { seeds, clamps, mask } = await run({ ...scene, map });
    const unseen = (one: { data: Uint8Array }) => one.data.subarray(36 * 90).includes(1);
    for (const one of [seeds.foreground, seeds.background, clamps!.foreground, clamps!.background])
      assert.ok(!unseen(one));
    assert.ok(unseen(mask) && overlap(mask.data, scene.thing) > 0.95);
  });

  it('leaves out foreground that no seed lies in, unless told not to', async () => {
    // A larger thing of the same colour, where the map has not looked.
    const img = array(scene.img.data.slice(), [72, 90, 3]);
    for (let row = 56; row < 72; row++) {
      for (let col = 0; col < 90; col++) for (let c = 0; c < 3; c++) img.set(row, col, c, [180, 60, 50][c]!);
    }
    const map = framed(
      scene.map,
      Uint8Array.from({ length: 72 * 90 }, (_, i) => Number(i < 56 * 90)),
    );
    const { mask, foreground, box } = await segment(map, img, full);
    assert.ok(foreground!.data.subarray(56 * 90).includes(1));
    assert.ok(!mask.data.subarray(56 * 90).includes(1));
    assert.deepEqual(box, (await run(scene)).box);
    const all = await segment(map, img, { ...full, postProcess: false });
    assert.deepEqual(all.box, { xmin: 0, ymin: 56, xmax: 89, ymax: 71 });
  });

  it('is of map and image as they were when it was called', async () => {
    const seen = Uint8Array.from({ length: 72 * 90 }, (_, i) => Number(i >= 10 * 90));
    const lent = () => ({ img: copy(scene.img), map: framed(copy(scene.map), seen.slice()) });
    const { img, map } = lent();
    const segmenting = run({ ...scene, img, map });
    for (const { data } of [img, map, map.seen!]) data.fill(0);
    const expected = await run({ ...scene, ...lent() });
    assert.deepEqual((await segmenting).mask.data, expected.mask.data);
    const taken = lent();
    const going = run({ ...scene, ...taken });
    const buffers = [taken.img, taken.map, taken.map.seen!].map(({ data }) => data.buffer as ArrayBuffer);
    structuredClone(null, { transfer: buffers });
    assert.deepEqual((await going).mask.data, expected.mask.data);
    await assert.rejects(run({ ...scene, ...taken }), {
      name: 'DeepInsideError',
      message: /img must hold the elements of its shape \[72, 90, 3\], got 0 numbers/,
    });
  });

  it('cuts by Gaussians of less components than asked for where there are few seeds', async () => {
    // 8 and 43 seeds of as many colours: by five clusters each of two pixels or less the foreground would have no Gaussian.
    const random = new Random(3);
    const inside = Uint8Array.from({ length: 144 }, (_, i) => Number(i % 12 > 2 && i % 12 < 9 && i > 35 && i < 108));
    const colours = [...inside].flatMap((one) => [180, 60, 50].map((level) => Math.abs(level - 140 * (1 - one))));
    const img = array(
      Uint8Array.from(colours, (level) => level + random.integer(0, 20)),
      [12, 12, 3],
    );
    const map = array(
      Float32Array.from(inside, (one) => one + random.uniform(0, 0.5)),
      [12, 12],
    );
    for (const preset of ['iseg', 'grabcut'] as const) {
      for (const components of [1, 5, 64]) {
        const { box, note } = await segment(map, img, { ...full, preset, components });
        assert.deepEqual([box, note], [{ xmin: 3, ymin: 3, xmax: 8, ymax: 8 }, null], `${preset}, ${components}`);
      }
    }
  });

  it('keeps the cut before one that loses a label', async () => {
    // Noise, whose colour models often come to agree.
    const random = new Random(6);
    const options = { ...full, preset: 'grabcut', clamps: false, quantiles: { foreground: 0.8 }, gamma: 4 } as const;
    const isCut = (foreground: { data: Uint8Array } | null) => {
      const count = foreground!.data.reduce((sum, one) => sum + one, 0);
      return count >= 3 && count <= 61;
    };
    let cuts = 0;
    for (let i = 0; i < 20; i++) {
      const img = array(
        Uint8Array.from({ length: 192 }, () => random.integer(40, 130)),
        [8, 8, 3],
      );
      const map = array(
        Float32Array.from({ length: 64 }, (_, at) => random.uniform(0, 1) + Number(at < 32) / 3),
        [8, 8],
      );
      if (!isCut((await segment(map, img, { ...options, iterations: 1 })).foreground)) continue;
      cuts++;
      const { foreground, note } = await segment(map, img, options);
      assert.ok(isCut(foreground) && note === null, `scene ${i}`);
    }
    assert.ok(cuts >= 5, `${cuts}`);
  });

  it('takes grey, transparent and strided images', async () => {
    const grey = array(
      Uint8Array.from({ length: 72 * 90 }, (_, i) => scene.img.data[3 * i]!),
      [72, 90, 1],
    );
    const alpha = array(
      Uint8Array.from({ length: 72 * 90 * 4 }, (_, i) => (i % 4 === 3 ? 255 : scene.img.data[(i >> 2) * 3 + (i % 4)]!)),
      [72, 90, 4],
    );
    assert.ok(overlap((await run({ ...scene, img: grey })).mask.data, scene.thing) > 0.9);
    assert.deepEqual(await run({ ...scene, img: alpha }), await run(scene));
    const transposed: Image = scene.img.transpose(1, 0, 2).transpose(1, 0, 2);
    assert.deepEqual((await run({ ...scene, img: transposed })).box, (await run(scene)).box);
  });
});
