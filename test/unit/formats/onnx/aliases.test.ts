import assert from 'node:assert/strict';
import { readSpec, scoresOf } from '../../../support/onnx-model.js';
import { floats, int64, type ModelSpec, type NodeSpec } from '../../../support/onnx-writer.js';

/** Nodes that give the value `from` [1, 2] a second name. */
const renamings: Readonly<Record<string, (from: string, to: string) => NodeSpec>> = {
  Identity: (from, to) => ({ op: 'Identity', inputs: [from], outputs: [to] }),
  Cast: (from, to) => ({ op: 'Cast', inputs: [from], outputs: [to], attributes: { to: 1 } }),
  Reshape: (from, to) => ({ op: 'Reshape', inputs: [from, 'shape'], outputs: [to] }),
  Slice: (from, to) => ({ op: 'Slice', inputs: [from, 'start', 'end', 'axes'], outputs: [to] }),
  Sum: (from, to) => ({ op: 'Sum', inputs: [from], outputs: [to] }),
  Flatten: (from, to) => ({ op: 'Flatten', inputs: [from], outputs: [to] }),
};
const initialisers = [
  ...[floats('w', [2, 2], [1, 2, 3, 4]), floats('b', [2], [10, 20])],
  ...[int64('shape', [1, 2]), int64('start', [0]), int64('end', [2]), int64('axes', [1])],
];

/** [1, 1] through MatMul m = [4, 6] and `nodes`. */
const behindMatMul = (...nodes: NodeSpec[]): ModelSpec => ({
  nodes: [
    { op: 'Flatten', inputs: ['x'], outputs: ['f'] },
    { op: 'MatMul', name: 'fc', inputs: ['f', 'w'], outputs: ['m'] },
    ...nodes,
  ],
  ...{ initialisers, inputs: { x: [1, 2, 1, 1] }, outputs: ['y'] },
});
const add = (a: string, b: string, y: string): NodeSpec => ({ op: 'Add', inputs: [a, b], outputs: [y] });

describe('a second name of a value from ONNX', () => {
  for (const [op, rename] of Object.entries(renamings)) {
    it(`by ${op}: an Add behind it is no bias where another node reads it too`, async () => {
      const readers = [add('i', 'b', 'p'), add('i', 'p', 'y')];
      assert.deepEqual(await scoresOf(behindMatMul(rename('m', 'i'), ...readers), [1, 1]), [18, 32]);
    });

    it(`by ${op}: an Add is no bias where the other name is read`, async () => {
      const readers = [add('m', 'b', 'p'), add('i', 'p', 'y')];
      assert.deepEqual(await scoresOf(behindMatMul(rename('m', 'i'), ...readers), [1, 1]), [18, 32]);
      assert.deepEqual(await scoresOf(behindMatMul(readers[0]!, rename('m', 'i'), readers[1]!), [1, 1]), [18, 32]);
    });
  }

  it('leaves an Add that alone reads it a bias', async () => {
    const spec = behindMatMul(renamings.Identity!('m', 'i'), renamings.Cast!('i', 'j'), add('j', 'b', 'y'));
    const { graph } = await readSpec(spec);
    assert.deepEqual(
      graph.nodes.map(({ op, output }) => `${op} ${output}`),
      ['flatten f', 'linear y'],
    );
    assert.deepEqual(await scoresOf(spec, [1, 1]), [14, 26]);
  });

  for (const op of ['Identity', 'Slice']) {
    it(`by ${op}: picked channels that are read under both names are one layer`, async () => {
      const spec: ModelSpec = {
        nodes: [
          { op: 'Gather', name: 'g', inputs: ['x', 'bgr'], outputs: ['g'], attributes: { axis: 1 } },
          renamings[op]!('g', 'i'),
          { op: 'Relu', inputs: ['i'], outputs: ['r'] },
          add('g', 'r', 's'),
          add('i', 's', 'y'),
        ],
        ...{ initialisers: [...initialisers, int64('bgr', [1, 0])], inputs: { x: [1, 2, 1, 1] }, outputs: ['y'] },
      };
      assert.deepEqual(
        (await readSpec(spec)).graph.nodes.map(({ op }) => op),
        ['conv', 'relu', 'add', 'add'],
      );
      assert.deepEqual(await scoresOf(spec, [-1, 2]), [6, -2]);
    });
  }

  it("is that of the scores where it is the name of the file's output", async () => {
    const spec = behindMatMul(add('m', 'm', 's'), renamings.Identity!('s', 'i'), renamings.Cast!('i', 'y'));
    const { graph } = await readSpec(spec);
    assert.deepEqual([graph.output, graph.nodes.map(({ output }) => output)], ['y', ['f', 'm', 'y']]);
    assert.deepEqual(await scoresOf(spec, [1, 1]), [8, 12]);
  });

  it("never takes the input's place", async () => {
    const spec = { nodes: [renamings.Identity!('x', 'y')], inputs: { x: [1, 2, 1, 1] }, outputs: ['y'] };
    const { graph } = await readSpec(spec);
    assert.deepEqual([graph.input.name, graph.output], ['x', 'x']);
  });
});
