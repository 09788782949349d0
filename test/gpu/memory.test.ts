import assert from 'node:assert/strict';
import { openDevice, type Device, type Tensor } from '#lib/device/index.js';
import { createNetwork } from '#lib/net/create-network.js';
import { openNetwork } from '#lib/net/open-network.js';
import { saliency } from '#lib/visualise/saliency.js';
import { describeOnCuda } from '../support/devices.js';
import { NetBuilder } from '../support/net-builder.js';
import { inputFor } from '../support/networks.js';
import { picture } from '../support/pictures.js';

const noMemory = { code: 'ERR_MEMORY' };
const mebibyte = 2 ** 20;

/** 17 MB of activations for each input, most of them of a layer that costs nearly nothing; 64 classes. */
const wide = new NetBuilder([1, 256, 256], 1)
  .conv('wide', 'x', [64, 1, 1, 1])
  .node({ op: 'globalAveragePool', name: 'mean', inputs: ['wide'], output: 'mean' })
  .build();

/** Takes the card's memory until less than 256 MiB are free. */
function fill(device: Device): Tensor[] {
  const taken: Tensor[] = [];
  for (let bytes = 2 ** 40; bytes >= 256 * mebibyte;) {
    try {
      taken.push(device.tensor([bytes / mebibyte, mebibyte / 4], 'float32'));
    } catch (error) {
      assert.equal((error as { code?: string }).code, noMemory.code, String(error));
      bytes /= 2;
    }
  }
  return taken;
}

describeOnCuda('memory of a CUDA device', () => {
  it('is all given back by networks: maps, several classes, batches and ten crops', async () => {
    const device = await openDevice('cuda');
    const net = await createNetwork('squeezenet1_1', { device, seed: 3, preprocessing: 'caffe' });
    const img = picture(1, 260, 300);
    await saliency(net, img, [1, 2, 3]);
    await saliency(net, [img, picture(2, 260, 300)], 4);
    await saliency(net, img, 5, { tenCrops: true });
    assert.ok(device.memory().tensors > 0);
    await net.dispose();
    await device.sync();
    const { tensors, workspace, weights } = device.memory();
    assert.deepEqual({ tensors, workspace, weights }, { tensors: 0, workspace: 0, weights: 0 });
    device.dispose();
  });

  it('is not enough for a tensor larger than any card: ERR_MEMORY, and the device goes on', async () => {
    const device = await openDevice('cuda');
    assert.throws(() => device.tensor([2 ** 20, 2 ** 20], 'float32'), noMemory);
    const x = device.tensor([2], 'float32');
    x.write(Float32Array.of(-1, 2));
    device.relu(x, x);
    assert.deepEqual(await x.read(), Float32Array.of(0, 2));
    device.dispose();
  });

  it('is not enough for a batch where others fill the card: ERR_MEMORY, and the network goes on', async () => {
    const device = await openDevice('cuda');
    const net = await openNetwork('test', { ...wide, preprocessing: null, classes: null }, { device });
    const [one, batch] = [inputFor(wide, 1), inputFor(wide, 2, 32)];
    const scores = (await net.forward(one)).data;
    const taken = fill(device);
    await assert.rejects(net.forward(batch), noMemory);
    assert.deepEqual((await net.forward(one)).data, scores);
    taken.forEach((tensor) => tensor.dispose());
    const [first, ...others] = (await net.forward(batch)).data;
    assert.ok(Number.isFinite(first) && others.length === 32 * 64 - 1);
    assert.deepEqual((await net.forward(one)).data, scores);
    await net.dispose();
    await device.sync();
    assert.equal(device.memory().tensors, 0);
    device.dispose();
  });
});
