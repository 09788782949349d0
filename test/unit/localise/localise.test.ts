import assert from 'node:assert/strict';
import { join } from 'node:path';
import {
  classify,
  loadNetwork,
  localise,
  openDevice,
  readImage,
  saliency,
  segment,
  type Box,
  type LocaliseOptions,
  type Progress,
} from '#lib/index.js';
import { resize } from '#lib/image/index.js';
import { array } from '#lib/ndarray.js';
import { loadedFor } from '../../support/loaded.js';
import { picture } from '../../support/pictures.js';
import { repository } from '../../support/shared.js';

function overlapOf(a: Box, b: Box): number {
  const cols = Math.min(a.xmax, b.xmax) - Math.max(a.xmin, b.xmin) + 1;
  const rows = Math.min(a.ymax, b.ymax) - Math.max(a.ymin, b.ymin) + 1;
  const area = ({ xmin, ymin, xmax, ymax }: Box) => (xmax - xmin + 1) * (ymax - ymin + 1);
  const common = Math.max(cols, 0) * Math.max(rows, 0);
  return common / (area(a) + area(b) - common);
}

describe('localise', function () {
  this.timeout(60_000);
  const network = loadedFor(() => loadNetwork());
  const airliner = () => readImage(join(repository, 'examples/images/airliner.jpg'));

  it('finds the airliner, whose box was drawn by hand', async () => {
    const img = await airliner();
    const object = await localise(network(), img);
    const { name, wnid, note, mask, seeds, saliencyMap, box } = object;
    assert.deepEqual([object.class, name, wnid, note], [404, 'airliner', 'n02690373', null]);
    assert.ok(overlapOf(box, { xmin: 57, ymin: 48, xmax: 351, ymax: 137 }) > 0.9, JSON.stringify(box));
    for (const { shape } of [mask, seeds.foreground, seeds.background, saliencyMap])
      assert.deepEqual(shape, [170, 408]);
    const [best] = await classify(network(), img, { top: 1, tenCrops: true });
    assert.deepEqual([object.score, object.posterior], [best!.score, best!.posterior]);
  });

  it('is the segmentation of the map of ten crops', async () => {
    // Of shorter side 256, so that map and image are on the grid already.
    const img = resize(await airliner(), [256, 614], 'bilinear');
    const object = await localise(network(), img, 404);
    const map = await saliency(network(), img, 404, { tenCrops: true, frame: 'image' });
    assert.deepEqual(object.saliencyMap.data, map.data);
    assert.deepEqual(object.saliencyMap.seen?.data, map.seen?.data);
    const alone = await segment(map, img);
    assert.deepEqual([object.box, object.mask.data], [alone.box, alone.mask.data]);
    assert.deepEqual(object.seeds.foreground.data, alone.seeds.foreground.data);
  });

  it('gives an array for classes and for the best ones, each as it is alone', async () => {
    const img = await airliner();
    const options = { tenCrops: false, workSize: 64 };
    const top = await localise(network(), img, undefined, { ...options, top: 3 });
    const predictions = await classify(network(), img, { top: 3 });
    assert.deepEqual(
      top.map((one) => one.class),
      predictions.map((one) => one.class),
    );
    const given = await localise(network(), img, [predictions[2]!.class, 'airliner'], options);
    assert.deepEqual([given[0]!.box, given[1]!.box], [top[2]!.box, top.find((one) => one.class === 404)!.box]);
    const one = await localise(network(), img, 'airliner', options);
    assert.deepEqual([one.box, one.mask.data], [given[1]!.box, given[1]!.mask.data]);
  });

  it('takes images as an array or an iterable, and tells its progress', async () => {
    const images = [picture(1, 40, 60), picture(2, 70, 30)];
    const options = { tenCrops: false, workSize: 32 };
    const told: Progress[] = [];
    const both = await localise(network(), images, 7, { ...options, onProgress: (progress) => told.push(progress) });
    assert.deepEqual(
      both.map(({ mask }) => mask.shape),
      [
        [40, 60],
        [70, 30],
      ],
    );
    assert.deepEqual(told.at(-1), { done: 2, total: 2, stage: 'localise' });
    async function* stream() {
      for (const img of images) yield await Promise.resolve(img);
    }
    const boxes: Box[] = [];
    for await (const { box } of localise(network(), stream(), (index) => (index === 0 ? 7 : 8), options))
      boxes.push(box);
    assert.deepEqual(boxes[0], both[0]!.box);
    assert.equal(boxes.length, 2);
  });

  it('says why a box is not what a cut gave', async () => {
    const grey = array(new Uint8Array(30 * 40).fill(90), [30, 40, 1]);
    const { box, note } = await localise(network(), grey, 3, { tenCrops: false });
    assert.match(note!, /^the image has one colour where the map is high and where it is low/);
    assert.ok(box.xmin <= box.xmax && box.xmax < 40 && box.ymin <= box.ymax && box.ymax < 30);
    const pixel = await localise(network(), array(Uint8Array.of(1, 2, 3), [1, 1, 3]), 3);
    assert.deepEqual(pixel.box, { xmin: 0, ymin: 0, xmax: 0, ymax: 0 });
  });

  it('takes the pixels before it returns, of map and mask alike', async () => {
    const [img, options] = [picture(1, 300, 400), { tenCrops: false, keepGrid: true }];
    const expected = await localise(network(), img, 7, options);
    const frame = array(img.data.slice(), img.shape);
    const [first, second] = [localise(network(), frame, 7, options), localise(network(), frame, 7, options)];
    frame.data.fill(7);
    for (const { saliencyMap, mask, grid } of [await first, await second]) {
      assert.deepEqual([saliencyMap.data, mask.data], [expected.saliencyMap.data, expected.mask.data]);
      assert.deepEqual(grid, expected.grid);
    }
    structuredClone(null, { transfer: [frame.data.buffer] });
    await assert.rejects(localise(network(), frame, 7), {
      name: 'DeepInsideError',
      message: /localise: img must hold the elements of its shape \[300, 400, 3\], got 0 numbers/,
    });
  });

  it('says of a device that is disposed of meanwhile just that', async () => {
    const device = await openDevice('cpu');
    const net = await loadNetwork(undefined, { device });
    const localising = localise(net, await airliner(), [404, 281], { tenCrops: false });
    device.dispose();
    await assert.rejects(localising, {
      code: 'ERR_DISPOSED',
      message: 'localise: its cpu device was disposed of before the end; wait for the result first',
    });
    await net.dispose();
  });

  const wrong: [what: string, options: LocaliseOptions, cls: number | undefined, message: RegExp][] = [
    ['top beside a class', { top: 2 }, 7, /localise: top must be left out where classes are given, got 2/],
    ['no class at all', { top: 0 }, undefined, /localise: top must be an integer of at least 1, got 0/],
    ['a class that is none', {}, 1000, /localise: class must be an integer from 0 to 999/],
    ['an unknown option', { gama: 2 } as never, 7, /localise: unknown option gama; did you mean gamma\?/],
    ['a frame', { frame: 'input' } as never, 7, /localise: unknown option frame/],
    ['a wrong setting', { gamma: -1 }, 7, /localise: gamma must be a number from 0 to 1000000, got -1/],
    [
      'crops of none',
      { tenCrops: false, merge: 'sum' },
      7,
      /localise: merge must be left out where tenCrops is not true/,
    ],
  ];
  for (const [what, options, cls, message] of wrong) {
    it(`refuses ${what}`, async () => {
      const refused = localise(network(), picture(1), cls as never, options as never);
      await assert.rejects(refused, { name: 'DeepInsideError', code: 'ERR_ARGUMENT', message });
    });
  }

  it('refuses an input, which nobody can segment', async () => {
    const input = array(new Float32Array(3 * 227 * 227), [3, 227, 227]);
    await assert.rejects(localise(network(), input, 7), {
      code: 'ERR_ARGUMENT',
      message: /localise: img must be a uint8 image \[rows, cols, 1 \| 3 \| 4\], got an input of float32/,
    });
  });
});
