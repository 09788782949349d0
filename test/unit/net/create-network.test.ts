import assert from 'node:assert/strict';
import { writeSafetensors } from '#lib/formats/safetensors.js';
import { array } from '#lib/ndarray.js';
import { createNetwork } from '#lib/net/create-network.js';
import { loadNetwork, shippedNetwork } from '#lib/net/load-network.js';
import { likeness } from '../../support/close.js';
import { device, file, photo, using } from '../../support/fire-file.js';

describe('createNetwork', function () {
  it('takes an inputShape for fully convolutional nets, whose preprocessing follows', async () => {
    const inputShape = [3, 63, 95] as const;
    const net = await createNetwork('squeezenet1_1', { classes: 7, inputShape });
    try {
      assert.deepEqual([net.inputShape, net.preprocessing!.size], [inputShape, [63, 95]]);
      assert.deepEqual((await net.forward(array(new Float32Array(3 * 63 * 95).fill(1), inputShape))).shape, [7]);
    } finally {
      await net.dispose();
    }
  });

  it('refuses an inputShape that does not fit, naming the layer or what was expected', async () => {
    const paper = createNetwork('paper', { inputShape: [3, 256, 256] });
    await assert.rejects(paper, { code: 'ERR_SHAPE', message: /linear "fc6".*9216 features/ });
    for (const inputShape of [[1, 64, 64], [3, 64], [3, 64, 0.5], 'large']) {
      const made = createNetwork('squeezenet1_1', { inputShape: inputShape as never });
      await assert.rejects(made, { code: 'ERR_ARGUMENT', message: /inputShape must be \[3, rows, cols\], got / });
    }
  });

  this.timeout(120_000);
  const scoresOf = (name: 'paper' | 'cnn-f' | 'squeezenet1_1', options: object) =>
    using(createNetwork(name, { device, ...options }), async (net) => (await net.forward(photo)).data);

  it('gives the same network for the same seed, and another for another', async () => {
    const [a, b, c] = [
      await scoresOf('squeezenet1_1', { seed: 1 }),
      await scoresOf('squeezenet1_1', { seed: 1 }),
      await scoresOf('squeezenet1_1', { seed: 2 }),
    ];
    assert.deepEqual(a, b);
    assert.notDeepEqual(a, c);
    assert.ok(a.some((score) => score > 0));
  });

  it('takes as many classes as one wants', async () => {
    assert.equal((await scoresOf('squeezenet1_1', { classes: 3 })).length, 3);
  });

  it("loads weights without a graph, which mean the architecture's preprocessing", async () => {
    const shipped = await using(loadNetwork(shippedNetwork, { device }), ({ model }) => model);
    const bare = writeSafetensors(
      { ...shipped, graph: null, preprocessing: null, classes: null },
      { dtype: 'float16' },
    );
    const expected = await using(
      loadNetwork(shippedNetwork, { device }),
      async (net) => (await net.forward(photo)).data,
    );
    assert.deepEqual(await scoresOf('squeezenet1_1', { weights: bare }), expected);
  });

  it('paper and cnn-f differ by one column of conv1: their scores differ slightly', async () => {
    const paper = await scoresOf('paper', { seed: 1 });
    const cnnF = await scoresOf('cnn-f', { seed: 1 });
    const { relativeL2 } = likeness(cnnF, paper);
    assert.ok(relativeL2 > 1e-3 && relativeL2 < 0.1, `relative L2 difference ${relativeL2}`);
  });

  it('refuses a seed beside weights, a seed out of range, and an architecture that does not exist', async () => {
    await assert.rejects(createNetwork('vgg16', { seed: 1, weights: file }), {
      code: 'ERR_ARGUMENT',
      message: /seed must be left out/,
    });
    await assert.rejects(createNetwork('vgg16', { seed: -1 }), {
      code: 'ERR_ARGUMENT',
      message: /seed must be an integer from 0/,
    });
    await assert.rejects(createNetwork('vgg' as 'vgg16'), {
      code: 'ERR_ARGUMENT',
      message: /name must be one of 'paper'/,
    });
    await assert.rejects(createNetwork('vgg16', { weights: file }), {
      code: 'ERR_FORMAT',
      message: /do not fit vgg16: missing: /,
    });
  });
});
