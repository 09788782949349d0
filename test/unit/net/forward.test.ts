import assert from 'node:assert/strict';
import { array, type FloatArray } from '#lib/ndarray.js';
import { openNetwork } from '#lib/net/open-network.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices } from '../../support/devices.js';
import { fireNet, smallNets } from '../../support/nets.js';
import { referenceValues, withNetwork } from '../../support/networks.js';
import { Random } from '../../support/random.js';

const inputOf = (shape: readonly number[], seed = 5): FloatArray =>
  array(new Random(seed).distinct(shape.reduce((product, side) => product * side, 1)), shape);
const fire = fireNet();
const input = inputOf(fire.graph.input.shape);

describeOnDevices('net.forward', (kind) => {
  for (const [name, build] of Object.entries(smallNets)) {
    it(`gives every layer's activations: ${name}`, async () => {
      const net = build();
      const x = inputOf(net.graph.input.shape);
      const expected = referenceValues(net, x);
      const layers = net.graph.nodes.map((node) => node.name);
      const values = await withNetwork(net, kind, (network) => network.forward(x, { layers }));
      for (const layer of layers) {
        const { shape, data } = expected.get(layer)!;
        assertCloseToScale(values[layer]!.data, data, 1e-5, layer);
        assert.equal(values[layer]!.size, data.length, `${layer} [${shape}]`);
      }
    });
  }

  it('gives the scores, and those of a batch one row for each input', async () => {
    const batch = inputOf([2, ...fire.graph.input.shape]);
    const scores = await withNetwork(fire, kind, (network) => network.forward(batch));
    assert.deepEqual(scores.shape, [2, 7]);
    assertCloseToScale(scores.data, referenceValues(fire, batch).get('pool10')!.data, 1e-5);
  });

  it('gives the same values before a ReLU whether that is fused or not', () =>
    withNetwork(fire, kind, async (network) => {
      const { relu_squeeze } = await network.forward(input, { layers: ['relu_squeeze'] });
      const { squeeze } = await network.forward(input, { layers: ['squeeze'] });
      assertCloseToScale(
        relu_squeeze.data,
        squeeze.data.map((value) => Math.max(value, 0)),
        1e-6,
      );
      assert.ok(squeeze.data.some((value) => value < 0));
    }));

  it('gives posteriors that add up to 1, and scores before the last ReLU', () =>
    withNetwork(fire, kind, async (network) => {
      const posteriors = await network.forward(input, { score: 'posterior' });
      assert.ok(Math.abs(posteriors.data.reduce((sum, value) => sum + value, 0) - 1) < 1e-6);
      const unclipped = await network.forward(input, { score: 'unclipped' });
      const { shape, data } = referenceValues(fire, input).get('conv10')!;
      const area = shape[2]! * shape[3]!;
      const means = Array.from(
        { length: 7 },
        (_, c) => data.slice(c * area, (c + 1) * area).reduce((a, b) => a + b) / area,
      );
      assertCloseToScale(unclipped.data, means, 1e-5);
    }));

  it('takes the name of the output as well as that of the node', async () => {
    const nodes = fire.graph.nodes.map((node) => (node.name === 'squeeze' ? { ...node, name: 'the squeeze' } : node));
    await withNetwork({ ...fire, graph: { ...fire.graph, nodes } }, kind, async (network) => {
      const values = await network.forward(input, { layers: ['squeeze', 'the squeeze'] });
      assert.deepEqual(values['squeeze'].data, values['the squeeze'].data);
    });
  });

  it('refuses a layer that does not exist, naming the nearest', () =>
    withNetwork(fire, kind, (network) =>
      assert.rejects(network.forward(input, { layers: ['sqeeze'] }), {
        code: 'ERR_ARGUMENT',
        message: 'net.forward: layer must be one of the network\'s, got "sqeeze"; did you mean squeeze?',
      }),
    ));

  it('leaves an input alone that does not lie densely', () =>
    withNetwork(fire, kind, async (network) => {
      const [c, h, w] = fire.graph.input.shape;
      const turned = inputOf([w, h, c]).transpose(2, 1, 0);
      const dense = array(new Float32Array(c * h * w), [c, h, w]);
      for (let i = 0; i < c; i++)
        for (let j = 0; j < h; j++) for (let k = 0; k < w; k++) dense.set(i, j, k, turned.get(i, j, k));
      assert.deepEqual((await network.forward(turned)).data, (await network.forward(dense)).data);
    }));
});

describeOnDevices('an input that changes after the call', (kind) => {
  it('does not change the result', () =>
    withNetwork(fire, kind, async (network) => {
      const expected = await network.forward(input);
      const changing = array(input.data.slice(), input.shape);
      const result = network.forward(changing);
      changing.data.fill(100);
      assert.deepEqual((await result).data, expected.data);
    }));
});

describeOnDevices('a ReLU at the very end', (kind) => {
  /** Scores max(2 x, 0) and max(-x, 0) of one pixel x. */
  const model = {
    graph: {
      input: { name: 'x', shape: [1, 1, 1] },
      nodes: [
        { op: 'linear', name: 'fc', inputs: ['x'], output: 'fc', weight: 'w', bias: null },
        { op: 'relu', name: 'relu', inputs: ['fc'], output: 'scores' },
      ],
      output: 'scores',
    },
    weights: new Map([['w', { shape: [2, 1], data: Float32Array.of(2, -1) }]]),
    preprocessing: null,
    classes: null,
  } as const;

  it('leaves unclipped scores and their gradient', async () => {
    const net = await openNetwork('test', model, { device: kind });
    const x = array(Float32Array.of(3), [1, 1, 1]);
    assert.deepEqual([...(await net.forward(x)).data], [6, 0]);
    assert.deepEqual([...(await net.forward(x, { score: 'unclipped' })).data], [6, -3]);
    assert.deepEqual([...(await net.gradient(x, { class: 1 }, { score: 'unclipped' })).data], [-1]);
    assert.deepEqual([...(await net.gradient(x, { class: 1 })).data], [0]);
    await net.dispose();
  });

  it('hides no damaged weight', () =>
    assert.rejects(
      openNetwork(
        'test',
        { ...model, weights: new Map([['w', { shape: [2, 1], data: Float32Array.of(1, NaN) }]]) },
        { device: kind },
      ),
      { code: 'ERR_FORMAT', message: /weights must be finite, got NaN at element 1 of "w"/ },
    ));
});

describeOnDevices('what net.forward refuses', (kind) => {
  const refused: [title: string, given: unknown, code: string, message: RegExp][] = [
    [
      'an input of another shape',
      inputOf([3, 21, 20]),
      'ERR_SHAPE',
      /float32 input \[3, 21, 19\].*got float32 \[3, 21, 20\]/,
    ],
    ['an empty batch', array(new Float32Array(0), [0, 3, 21, 19]), 'ERR_SHAPE', /got float32 \[0, 3, 21, 19\]/],
    [
      'an array of integers',
      array(new Int32Array(3 * 21 * 19), [3, 21, 19]),
      'ERR_DTYPE',
      /got an ndarray of Int32Array/,
    ],
    [
      'a NaN',
      array(new Float32Array(3 * 21 * 19).fill(NaN, 7, 8), [3, 21, 19]),
      'ERR_ARGUMENT',
      /input must be finite, got NaN at \[channel, row, col\] \[0, 0, 7\]/,
    ],
    ['a path', 'cat.jpg', 'ERR_ARGUMENT', /input must be a uint8 image .*, got "cat.jpg"/],
    [
      'an array with too few numbers',
      array(new Uint8Array(10), [300, 300, 3]),
      'ERR_SHAPE',
      /must hold the elements of its shape \[300, 300, 3\], got 10 numbers/,
    ],
    ['nothing', undefined, 'ERR_ARGUMENT', /got undefined/],
    [
      'an image without preprocessing',
      array(new Uint8Array(12), [2, 2, 3]),
      'ERR_ARGUMENT',
      /states no preprocessing; load it with/,
    ],
  ];
  for (const [title, given, code, message] of refused) {
    it(title, () =>
      withNetwork(fire, kind, (network) => assert.rejects(network.forward(given as FloatArray), { code, message })),
    );
  }

  it('layers that are no array', () =>
    withNetwork(fire, kind, (network) =>
      assert.rejects(network.forward(input, { layers: 'squeeze' as never }), {
        code: 'ERR_ARGUMENT',
        message: /layers must be an array of names/,
      }),
    ));

  it('an unknown option', () =>
    withNetwork(fire, kind, (network) =>
      assert.rejects(network.forward(input, { layer: ['squeeze'] } as object), { message: /did you mean layers\?/ }),
    ));
});
