import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeSafetensors } from '#lib/formats/safetensors.js';
import { array } from '#lib/ndarray.js';
import { createNetwork } from '#lib/net/create-network.js';
import { loadNetwork, shippedNetwork, type LoadOptions, type ModelSource } from '#lib/net/load-network.js';
import type { Network } from '#lib/net/network.js';
import { saveNetwork } from '#lib/net/save-network.js';
import { assertGradientClose, likeness } from '../../support/close.js';
import { fireNet } from '../../support/nets.js';
import { Random } from '../../support/random.js';

const device = 'cpu';
const fire = { ...fireNet(), preprocessing: null, classes: null };
const file = writeSafetensors(fire, { dtype: 'float32' });
const input = array(new Random(2).distinct(3 * 21 * 19), [3, 21, 19]);
const photo = array(
  Uint8Array.from(new Random(2).normals(240 * 300 * 3), (value) => 128 + 40 * value),
  [240, 300, 3],
);

async function using<T>(opened: Promise<Network>, use: (net: Network) => Promise<T> | T): Promise<T> {
  const net = await opened;
  try {
    return await use(net);
  } finally {
    await net.dispose();
  }
}

describe('loadNetwork', () => {
  const scoresOf = (source: ModelSource, options?: LoadOptions) =>
    using(loadNetwork(source, { device, ...options }), async (net) => (await net.forward(input)).data);
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'deep-inside-'))));
  after(() => rm(folder, { recursive: true }));

  it('loads the shipped SqueezeNet with preprocessing, class names and WNIDs', () =>
    using(loadNetwork(), async (net) => {
      assert.deepEqual(net.inputShape, [3, 227, 227]);
      assert.deepEqual(net.classes[281], { name: 'tabby', wnid: 'n02123045' });
      assert.equal(net.preprocessing?.channelOrder, 'BGR');
      assert.equal((await net.forward(photo)).size, 1000);
      assert.equal(
        net.layers.reduce((sum, layer) => sum + layer.parameters, 0),
        1_235_496,
      );
    }));

  it('takes bytes, a path and a file URL', async () => {
    const path = join(folder, 'fire.safetensors');
    await writeFile(path, file);
    const expected = await scoresOf(file);
    assert.deepEqual(await scoresOf(path), expected);
    assert.deepEqual(await scoresOf(pathToFileURL(path)), expected);
  });

  it('takes preprocessing and names instead of what the file states', () => {
    const preprocessing = { channelOrder: 'RGB', range: 1, resize: { rows: 21, cols: 19 } } as const;
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    return using(loadNetwork(file, { device, preprocessing, names }), async (net) => {
      assert.equal(net.classes[2]!.name, 'c');
      assert.deepEqual(net.input(photo).shape, [3, 21, 19]);
    });
  });

  it('reads names from a text of one line per class, with or without WNIDs', async () => {
    const names = join(folder, 'names.txt');
    await writeFile(names, 'n01440764 tench\nn01443537 goldfish\nc\nd\ne\nf\ng\n');
    await using(loadNetwork(file, { device, names }), (net) => {
      assert.deepEqual(net.classes.slice(1, 3), [
        { name: 'goldfish', wnid: 'n01443537' },
        { name: 'c', wnid: null },
      ]);
    });
  });

  it('cuts a soft-max at the end, so that scores are S_c', async () => {
    const softmax = { op: 'softmax', name: 'prob', inputs: ['pool10'], output: 'prob' } as const;
    const graph = { ...fire.graph, nodes: [...fire.graph.nodes, softmax], output: 'prob' };
    assert.deepEqual(await scoresOf(writeSafetensors({ ...fire, graph }, { dtype: 'float32' })), await scoresOf(file));
  });

  const refused: [title: string, source: unknown, options: object, code: string, message: RegExp][] = [
    ['a path that does not exist', 'nowhere.onnx', {}, 'ERR_IO', /nowhere\.onnx/],
    ['a number', 5, {}, 'ERR_ARGUMENT', /source must be a path, a file URL or the bytes of a file, got 5/],
    [
      'a file of weights alone',
      writeSafetensors({ ...fire, graph: null }, { dtype: 'float32' }),
      {},
      'ERR_FORMAT',
      /holds weights but no graph; call createNetwork/,
    ],
    [
      'an unknown option',
      file,
      { preprocess: 'caffe' },
      'ERR_ARGUMENT',
      /unknown option preprocess; did you mean preprocessing\?/,
    ],
    [
      'options that are no object',
      file,
      'caffe' as unknown as object,
      'ERR_ARGUMENT',
      /options must be a plain object .*, got "caffe"/,
    ],
    [
      'options in a Map',
      file,
      new Map([['tune', true]]),
      'ERR_ARGUMENT',
      /options must be a plain object .* got a Map/,
    ],
    [
      'options in an instance of a class',
      file,
      new (class Choices {
        tune = true;
      })(),
      'ERR_ARGUMENT',
      /options must be a plain object .*, got a Choices/,
    ],
    ['names that are null', file, { names: null }, 'ERR_ARGUMENT', /names must be 'imagenet', a path.*, got null/],
    [
      "names of another network's classes",
      file,
      { names: 'imagenet' },
      'ERR_ARGUMENT',
      /names must list the network's 7 classes, .*got 1000/,
    ],
    [
      'preprocessing of another size',
      file,
      { preprocessing: { channelOrder: 'RGB', range: 1, size: [8, 8] } },
      'ERR_ARGUMENT',
      /\[21, 19\], got \[8, 8\]/,
    ],
  ];
  for (const [title, source, options, code, message] of refused) {
    it(`refuses ${title}`, () => assert.rejects(loadNetwork(source as string, options), { code, message }));
  }

  it('refuses layers that do not fit, naming the node', async () => {
    const nodes = fire.graph.nodes.filter(({ name }) => name !== 'squeeze' && name !== 'relu_squeeze');
    const cut = nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((name) => (name === 'relu_squeeze' ? 'pool1' : name)),
    }));
    const bytes = writeSafetensors({ ...fire, graph: { ...fire.graph, nodes: cut } }, { dtype: 'float32' });
    await assert.rejects(loadNetwork(bytes, { device }), {
      code: 'ERR_SHAPE',
      message: /conv "expand1": .* got \[1, 8, 5, 4\]/,
    });
  });
});

describe('saveNetwork', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'deep-inside-'))));
  after(() => rm(folder, { recursive: true }));

  it('keeps every bit as float32: scores, preprocessing with its mean image, names', async () => {
    const path = join(folder, 'a.safetensors');
    const mean = { shape: [3, 21, 19], data: new Random(4).normals(3 * 21 * 19, 20) };
    const preprocessing = { channelOrder: 'BGR', range: 255, mean, resize: { rows: 21, cols: 19 } } as const;
    const names = ['a', 'b', 'c', 'd', 'e', 'f', { name: 'g', wnid: 'n00000007' }];
    await using(loadNetwork(file, { device, preprocessing, names }), async (net) => {
      await saveNetwork(net, path);
      await using(loadNetwork(path, { device }), async (again) => {
        assert.deepEqual(again.classes, net.classes);
        assert.deepEqual(again.input(photo).data, net.input(photo).data);
        assert.deepEqual((await again.forward(photo)).data, (await net.forward(photo)).data);
      });
    });
  });

  it('keeps scores and gradients nearly in half precision', async () => {
    const path = join(folder, 'b.safetensors');
    const run = (net: Network) => Promise.all([net.forward(input), net.gradient(input, { class: 1 })]);
    await using(loadNetwork(file, { device }), async (net) => {
      const [scores, gradient] = await run(net);
      await saveNetwork(net, path, { dtype: 'float16' });
      const [half, halfGradient] = await using(loadNetwork(path, { device }), run);
      const parameters = net.layers.reduce((sum, layer) => sum + layer.parameters, 0);
      const saved = file.length - (await readFile(path)).length;
      assert.ok(Math.abs(saved - 2 * parameters) < 64, `${saved} bytes less for ${parameters} numbers`);
      assert.ok(likeness(half.data, scores.data).relativeL2 < 1e-3);
      assertGradientClose(halfGradient.data, gradient.data, { float32Error: 1e-3 });
    });
  });

  it("refuses an inputShape that is not the file's, or none at all", async () => {
    for (const [inputShape, came] of [
      [[3, 1, 1], /got \[3, 1, 1\]/],
      [7, /got 7/],
    ] as [never, RegExp][]) {
      await assert.rejects(loadNetwork(file, { device, inputShape }), { code: 'ERR_ARGUMENT', message: came });
    }
  });

  it('leaves nothing half-written behind', () =>
    using(loadNetwork(file, { device }), async (net) => {
      const place = join(folder, 'taken');
      await mkdir(join(place, 'net.safetensors'), { recursive: true });
      await assert.rejects(saveNetwork(net, join(place, 'net.safetensors')), { code: 'ERR_IO' });
      assert.deepEqual(await readdir(place), ['net.safetensors']);
      await saveNetwork(net, pathToFileURL(join(place, 'b.safetensors')));
      assert.deepEqual((await readdir(place)).sort(), ['b.safetensors', 'net.safetensors']);
    }));

  it('says so where it cannot write, and refuses what is no network', () =>
    using(loadNetwork(file, { device }), async (net) => {
      await assert.rejects(saveNetwork(net, join(folder, 'no', 'folder')), {
        code: 'ERR_IO',
        message: /saveNetwork: cannot write .*: ENOENT/,
      });
      await assert.rejects(saveNetwork(net, join(folder, 'c'), { dtype: 'int8' as 'float16' }), {
        code: 'ERR_ARGUMENT',
      });
      for (const path of [7 as never, new URL('https://example.org/net'), new URL('file://host/net')]) {
        await assert.rejects(saveNetwork(net, path), { code: 'ERR_ARGUMENT', message: /path must be a path/ });
      }
      await assert.rejects(saveNetwork({} as Network, 'd'), { code: 'ERR_ARGUMENT', message: /net must be a network/ });
    }));
});

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
