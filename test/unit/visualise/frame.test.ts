import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import { loadNetwork } from '#lib/net/load-network.js';
import { toImageFrame } from '#lib/visualise/frame.js';
import { saliency } from '#lib/visualise/saliency.js';
import { describeOnDevices } from '../../support/devices.js';
import { Random } from '../../support/random.js';

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
    assert.throws(() => toImageFrame(net, array(new Float32Array(1), [1, 1]), img), {
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
    assert.throws(() => toImageFrame(null as never, array(new Float32Array(1), [1, 1]), img), {
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
