import assert from 'node:assert/strict';
import { atOnce } from '#lib/steps.js';
import { array } from '#lib/ndarray.js';
import { loadNetwork } from '#lib/net/load-network.js';
import { framing, toImageFrame } from '#lib/visualise/frame.js';
import type { FramedMap } from '#lib/visualise/framed-map.js';
import { saliency } from '#lib/visualise/saliency.js';
import { describeOnDevices } from '../../support/devices.js';
import { Random } from '../../support/random.js';

const map = (rows: number, cols: number, ...values: number[]) => array(Float32Array.from(values), [rows, cols]);

const mask = (rows: number, cols: number, ...values: number[]) => array(Uint8Array.from(values), [rows, cols]);

const inImageFrame = (given: FramedMap, size: [number, number]) => atOnce(framing(given, size));

describe('framing', () => {
  it('is the map itself where nothing was resized or cut', () => {
    const result = inImageFrame(Object.assign(map(1, 2, 3, -4), { seen: null }), [1, 2]);
    assert.deepEqual([[...result.data], result.seen], [[3, -4], null]);
  });

  it('is 0 and unseen where the network did not look', () => {
    const seen = mask(2, 3, 0, 1, 0, 0, 1, 0);
    const result = inImageFrame(Object.assign(map(2, 3, 0, 5, 0, 0, 7, 0), { seen }), [2, 3]);
    assert.deepEqual(
      [result.shape, [...result.data]],
      [
        [2, 3],
        [0, 5, 0, 0, 7, 0],
      ],
    );
    assert.deepEqual(result.seen!.data, seen.data);
  });

  it('does not darken the rim of what was seen, whatever its form', () => {
    const seen = mask(4, 4, ...[0, 0, 0, 1], ...[0, 1, 1, 0], ...[0, 1, 1, 0], ...[1, 0, 0, 0]);
    const result = inImageFrame(Object.assign(map(4, 4, ...seen.data), { seen }), [16, 16]);
    result.seen!.data.forEach((one, i) => assert.ok(Math.abs(result.data[i]! - one) < 1e-6));
    const pixels = result.seen!.data.reduce((sum, one) => sum + one, 0);
    assert.equal(pixels, 6 * 16);
  });

  it('interpolates with the nearest pixel that was seen, on whichever side that lies', () => {
    for (const [rows, cols] of [
      [1, 4],
      [4, 1],
    ] as const) {
      const before = Object.assign(map(rows, cols, 2, 6, 0, 0), { seen: mask(rows, cols, 1, 1, 0, 0) });
      const after = Object.assign(map(rows, cols, 0, 0, 2, 6), { seen: mask(rows, cols, 0, 0, 1, 1) });
      const size: [number, number] = [rows === 1 ? 1 : 8, cols === 1 ? 1 : 8];
      assert.deepEqual([...inImageFrame(before, size).data], [2, 3, 5, 6, 0, 0, 0, 0]);
      assert.deepEqual([...inImageFrame(after, size).data], [0, 0, 0, 0, 2, 3, 5, 6]);
    }
  });
});

describeOnDevices('toImageFrame', (device) => {
  const random = new Random(4);
  const img = array(
    Uint8Array.from({ length: 60 * 90 * 3 }, () => random.integer(0, 255)),
    [60, 90, 3],
  );

  it("gives what saliency gives for frame: 'image'", async () => {
    const net = await loadNetwork(undefined, { device });
    const direct = await saliency(net, img, 1, { frame: 'image' });
    const framed = toImageFrame(net, await saliency(net, img, 1), img);
    assert.deepEqual(framed.shape, [60, 90]);
    assert.deepEqual([framed.data, framed.seen!.data], [direct.data, direct.seen!.data]);
    assert.throws(() => toImageFrame(net, map(1, 1, 0), img), {
      code: 'ERR_SHAPE',
      message:
        /map must have the size of the network's input \[227, 227\] or of the rescaled image \[256, 384\], got \[1, 1\]/,
    });
    await net.dispose();
  });

  it('takes the maps of ten crops too, with what these have not seen', async () => {
    const net = await loadNetwork(undefined, { device });
    const strip = array(img.data.subarray(0, 10 * 90 * 3), [10, 90, 3]);
    const direct = await saliency(net, strip, 1, { tenCrops: true, frame: 'image' });
    const inRescaled = await saliency(net, strip, 1, { tenCrops: true });
    assert.deepEqual(
      [inRescaled.shape, direct.shape],
      [
        [256, 2304],
        [10, 90],
      ],
    );
    const onImage = toImageFrame(net, inRescaled, strip);
    assert.deepEqual([onImage.data, onImage.seen!.data], [direct.data, direct.seen!.data]);
    assert.ok(direct.seen!.data.includes(0) && direct.seen!.data.includes(1));
    await net.dispose();
  });

  it('refuses what is no network', () => {
    assert.throws(() => toImageFrame(null as never, map(1, 1, 0), img), {
      code: 'ERR_ARGUMENT',
      message: 'toImageFrame: net must be a network of loadNetwork or createNetwork, got null',
    });
  });

  it('refuses a mask that is none of the map', async () => {
    const net = await loadNetwork(undefined, { device });
    const rescaled = () => array(new Float32Array(256 * 384), [256, 384]);
    for (const seen of [5, array(new Uint8Array(4), [2, 2]), rescaled()]) {
      assert.throws(() => toImageFrame(net, Object.assign(rescaled(), { seen }), img), {
        code: 'ERR_ARGUMENT',
        message: /toImageFrame: map\.seen must be null or a uint8 mask of the map's shape \[256, 384\], got/,
      });
    }
    await net.dispose();
  });
});
