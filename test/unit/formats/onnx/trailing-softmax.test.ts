import assert from 'node:assert/strict';
import { assertRefused, readSpec, scoresOf } from '../../../support/onnx-model.js';
import type { ModelSpec, NodeSpec } from '../../../support/onnx-writer.js';
import { relu } from '../../../support/onnx-specs.js';

describe('the soft-max at the end', () => {
  const ending = (nodes: NodeSpec[], opset = 17): ModelSpec => ({
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['x'], outputs: ['pool'] },
      { op: 'Flatten', inputs: ['pool'], outputs: ['f'] },
      ...nodes,
    ],
    ...{ inputs: { x: [1, 2, 1, 1] }, outputs: ['y'], opset },
  });
  const softmax = (op: string, input: string, output: string, axis?: number): NodeSpec => ({
    ...{ op, name: 'prob', inputs: [input], outputs: [output], attributes: axis === undefined ? {} : { axis } },
  });

  it('is cut off, so that the scores are S_c', async () => {
    for (const op of ['Softmax', 'LogSoftmax']) {
      assert.deepEqual(await scoresOf(ending([softmax(op, 'f', 'y')]), [3, 5]), [3, 5]);
    }
  });

  it('is cut off over [n, classes, 1, 1] too, and with a Reshape or Identity behind it', async () => {
    assert.equal((await readSpec(ending([softmax('Softmax', 'pool', 'y', 1)]))).graph.output, 'pool');
    assert.equal((await readSpec(ending([softmax('Softmax', 'pool', 'y')], 11))).graph.output, 'pool');
    const behind: NodeSpec[] = [
      softmax('Softmax', 'f', 'p'),
      { op: 'Identity', inputs: ['p'], outputs: ['q'] },
      { op: 'Flatten', inputs: ['q'], outputs: ['y'] },
    ];
    assert.equal((await readSpec(ending(behind))).graph.output, 'f');
  });

  it('stays where it is not the end', async () => {
    const model = await readSpec(ending([softmax('Softmax', 'f', 'p', -1), relu('p', 'y')]));
    assert.deepEqual(
      model.graph.nodes.map(({ op }) => op),
      ['globalAveragePool', 'flatten', 'softmax', 'relu'],
    );
  });

  it('is refused over any other axis', async () => {
    await assertRefused(
      ending([softmax('Softmax', 'pool', 'y')]),
      'ERR_UNSUPPORTED',
      /node "prob" is Softmax; only a soft-max over classes/,
    );
    await assertRefused(
      ending([softmax('Softmax', 'f', 'p', 0), relu('p', 'y')]),
      'ERR_UNSUPPORTED',
      /node "prob" is Softmax \(axis 0\)/,
    );
  });
});
