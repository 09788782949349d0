import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import { loadNetwork } from '#lib/net/load-network.js';
import { inImageFrame, toImageFrame } from '#lib/visualise/frame.js';
import { saliency } from '#lib/visualise/saliency.js';
import { describeOnDevices } from '../../support/devices.js';
import { Random } from '../../support/random.js';

const map = (rows: number, cols: number, ...values: number[]) => array(Float32Array.from(values), [rows, cols]);

describe('inImageFrame', () => {
  it('is the map itself where nothing was resized or cut', () => {
    const framed = inImageFrame(map(1, 2, 3, -4), { resized: [1, 2], top: 0, left: 0, size: [1, 2] }, 1, 2);
    assert.deepEqual([[...framed.data], framed.seen], [[3, -4], null]);
  });

  it('is 0 and unseen where the network did not look', () => {
    const framed = inImageFrame(map(2, 1, 5, 7), { resized: [2, 3], top: 0, left: 1, size: [2, 1] }, 2, 3);
    assert.deepEqual(framed.shape, [2, 3]);
    assert.deepEqual([...framed.data], [0, 5, 0, 0, 7, 0]);
    assert.deepEqual([...framed.seen!.data], [0, 1, 0, 0, 1, 0]);
  });

  it('does not darken the rim of what was seen', () => {
    const framed = inImageFrame(map(2, 2, 1, 1, 1, 1), { resized: [4, 4], top: 1, left: 1, size: [2, 2] }, 16, 16);
    framed.seen!.data.forEach((seen, i) => assert.ok(Math.abs(framed.data[i]! - seen) < 1e-6));
    assert.equal(
      framed.seen!.data.reduce((sum, seen) => sum + seen, 0),
      64,
    );
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
      message: /map must have the size of the network's input \[227, 227\], got \[1, 1\]/,
    });
    await net.dispose();
  });
});
