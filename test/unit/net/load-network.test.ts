import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeSafetensors } from '#lib/formats/safetensors.js';
import { loadNetwork, type LoadOptions, type ModelSource } from '#lib/net/load-network.js';
import { device, fire, file, input, photo, using } from '../../support/fire-file.js';

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
    ['a device that is null', file, { device: null }, 'ERR_ARGUMENT', /device must be .*, got null/],
    ['a precision that is null', file, { precision: null }, 'ERR_ARGUMENT', /precision must be one of .*, got null/],
    ['preprocessing that is null', file, { preprocessing: null }, 'ERR_ARGUMENT', /preprocessing must be .*got null/],
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
