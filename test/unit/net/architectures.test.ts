import assert from 'node:assert/strict';
import { fittedWeights } from '#lib/net/architectures/fitted-weights.js';
import { architecture, architectureName, type ArchitectureName } from '#lib/net/architectures/index.js';
import { randomWeights } from '#lib/net/architectures/random-weights.js';
import { atOnce } from '#lib/steps.js';
import { createLayers } from '#lib/net/layer-of.js';
import { inferShapes } from '#lib/net/shapes.js';
import { elements } from '#lib/ndarray.js';

/** Weights of the right shapes that take no memory. */
function hollow(shapes: ReadonlyMap<string, readonly number[]>) {
  return new Map(
    [...shapes].map(([name, shape]) => [name, { shape, data: { length: elements(shape) } as Float32Array }]),
  );
}

function described(name: ArchitectureName, classes = 1000) {
  const { graph, weightShapes } = architecture(name, classes);
  const layers = createLayers(graph, hollow(weightShapes));
  const shapes = inferShapes(graph, layers, 1);
  const parameters = [...layers.values()].reduce((sum, layer) => sum + layer.parameters, 0);
  const flops = graph.nodes.reduce(
    (sum, node) => sum + (layers.get(node.name)?.flops(node.inputs.map((x) => shapes.get(x)!)) ?? 0),
    0,
  );
  return {
    parameters,
    flops,
    shape: (value: string) => shapes.get(value)!.slice(1),
    output: shapes.get(graph.output)!,
  };
}

describe('architectures', () => {
  const parameters = {
    paper: 60_834_536,
    simonyan2013: 60_834_536,
    'cnn-f': 60_834_536,
    alexnet: 61_100_840,
    vgg16: 138_357_544,
    squeezenet1_0: 1_248_424,
    squeezenet1_1: 1_235_496,
  };
  for (const [name, count] of Object.entries(parameters)) {
    it(`${name} has ${count.toLocaleString('en')} parameters`, () =>
      assert.equal(described(name as ArchitectureName).parameters, count));
  }

  it("paper: 55, 27, 13 and 6 rows, with cuda-convnet's rounding, and 727 M multiply-adds", () => {
    const { shape, flops } = described('paper');
    const sides = ['conv1', 'pool1', 'pool2', 'pool5'].map((value) => shape(value)[1]);
    assert.deepEqual(sides, [55, 27, 13, 6]);
    assert.equal(Math.round(flops / 2e6), 727);
  });

  it('cnn-f: 54, 27, 13 and 6 rows, and 724 M multiply-adds', () => {
    const { shape, flops } = described('cnn-f');
    assert.equal(Math.round(flops / 2e6), 724);
    assert.deepEqual(
      ['conv1', 'pool1', 'pool2', 'pool5'].map((value) => shape(value)[1]),
      [54, 27, 13, 6],
    );
  });

  it('squeezenet1_0: 15 x 15 scores by the padding of conv10, pools rounded up', () => {
    const { shape } = described('squeezenet1_0');
    assert.deepEqual(
      ['pool1', 'pool4', 'pool8', 'conv10'].map((value) => shape(value)[1]),
      [55, 27, 13, 15],
    );
  });

  it('squeezenet1_1: 14 x 14 scores', () =>
    assert.deepEqual(described('squeezenet1_1').shape('conv10'), [1000, 14, 14]));
  it('vgg16: 7 x 7 before fc6', () => assert.deepEqual(described('vgg16').shape('pool5'), [512, 7, 7]));
  it('any number of classes', () => assert.deepEqual(described('alexnet', 7).output, [1, 7]));

  it('refuses a name that does not exist', () => {
    assert.throws(() => architectureName('createNetwork', 'vgg19'), {
      code: 'ERR_ARGUMENT',
      message: /^createNetwork: name must be one of 'paper', .*, got "vgg19"; did you mean 'vgg16'\?$/,
    });
  });
});

describe('fittedWeights', () => {
  const squeezenet = architecture('squeezenet1_1', 10);

  it('takes a file that holds exactly the weights', () => {
    const given = hollow(squeezenet.weightShapes);
    assert.deepEqual(fittedWeights('createNetwork', 'squeezenet1_1', squeezenet, given), given);
  });

  it("takes torchvision's names for vgg16", () => {
    const vgg = architecture('vgg16', 10);
    const theirs = hollow(new Map([...vgg.weightShapes].map(([name, shape]) => [vgg.aliases!.get(name)!, shape])));
    assert.ok(theirs.has('features.28.bias') && theirs.has('classifier.3.weight'));
    const fitted = fittedWeights('createNetwork', 'vgg16', vgg, theirs);
    assert.equal(fitted.get('conv5_3.bias'), theirs.get('features.28.bias'));
    assert.equal(fitted.size, vgg.weightShapes.size);
  });

  it('names what is missing, of another shape and unknown', () => {
    const given = hollow(squeezenet.weightShapes);
    given.delete('conv1.bias');
    given.set('conv10.weight', { shape: [5, 512, 1, 1], data: new Float32Array(0) });
    given.set('head.weight', { shape: [1], data: new Float32Array(1) });
    assert.throws(() => fittedWeights('createNetwork', 'squeezenet1_1', squeezenet, given), {
      code: 'ERR_FORMAT',
      message:
        'createNetwork: the weights do not fit squeezenet1_1: missing: conv1.bias; of another shape: conv10.weight is ' +
        '[5, 512, 1, 1], not [10, 512, 1, 1]; unknown: head.weight; take a file of this architecture; classes gives the ' +
        'number of scores',
    });
  });
});

describe('randomWeights', () => {
  const shapes = new Map([
    ['a.weight', [64, 6, 5, 5]],
    ['a.bias', [64]],
    ['b.weight', [64, 6, 5, 5]],
  ]);
  const drawn = (seed: number, name = 'a.weight', of: typeof shapes = shapes) =>
    atOnce(randomWeights(of, seed)).get(name)!.data;

  it('are the same for a seed, whatever else is drawn', () => {
    assert.deepEqual(drawn(1), drawn(1, 'a.weight', new Map([...shapes].slice(0, 1))));
  });

  it('differ between seeds and between weights', () => {
    assert.notDeepEqual(drawn(1), drawn(2));
    assert.notDeepEqual(drawn(1), drawn(1, 'b.weight'));
  });

  it('are uniform on +-sqrt(6 / fan-in), so that their variance is 2 / fan-in; biases are 0', () => {
    const values = drawn(3);
    const bound = Math.sqrt(6 / 150);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    assert.ok(values.every((value) => Math.abs(value) <= bound));
    assert.ok(Math.abs(mean) < 0.02 * bound, `mean ${mean}`);
    assert.ok(Math.abs(variance / (2 / 150) - 1) < 0.03, `variance ${variance}`);
    assert.ok(drawn(3, 'a.bias').every((value) => value === 0));
  });

  it('are no repetition where a large tensor is drawn in portions', () => {
    const large = drawn(1, 'large', new Map([['large', [2 ** 22 + 3, 1]]]));
    assert.notDeepEqual([...large.slice(-3)], [...large.slice(0, 3)]);
    assert.ok(large.slice(-3).every((value) => value !== 0));
  });
});
