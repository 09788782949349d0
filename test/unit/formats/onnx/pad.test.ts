import assert from 'node:assert/strict';
import { assertRefused, evaluate, nodeOf, readSpec } from '../../../support/onnx-model.js';
import { int64, type ModelSpec } from '../../../support/onnx-writer.js';
import { conv, pool } from '../../../support/onnx-specs.js';

describe('Pad from ONNX', () => {
  const padded = (next: ModelSpec, pads: readonly number[], opset = 17): ModelSpec => {
    const pad = { op: 'Pad', inputs: ['x', 'pads'], outputs: ['p'], name: 'pad1', attributes: {} };
    const old = { ...pad, inputs: ['x'], attributes: { pads } };
    const rest = next.nodes.map((node) => ({ ...node, inputs: ['p', ...node.inputs.slice(1)] }));
    const initialisers = [...(next.initialisers ?? []), int64('pads', pads)];
    return { ...next, opset, nodes: [opset < 11 ? old : pad, ...rest], initialisers };
  };

  it('is merged into the convolution behind it, in the attribute of old files and the input of new ones', async () => {
    for (const opset of [7, 17]) {
      const model = await readSpec(padded(conv({ pads: [1, 0, 0, 0] }), [0, 0, 1, 2, 0, 0, 3, 4], opset));
      assert.deepEqual(nodeOf(model, 'conv').pad, [2, 2, 3, 4]);
      assert.equal(model.graph.nodes.length, 1);
    }
  });

  it('counts as pixels of the average pool behind it', async () => {
    const model = await readSpec(padded(pool('AveragePool', { strides: [2, 2] }, [2, 2]), [0, 0, 1, 1, 0, 0, 1, 1]));
    assert.equal(nodeOf(model, 'averagePool').divisor, 'padded');
    assert.deepEqual([...evaluate(model, [4, 8, 12, 16]).get('y')!.data], [1, 2, 3, 4]);
  });

  it('with axes pads those alone', async () => {
    const spec = padded(conv({}), [1, 2], 18);
    const nodes = [{ ...spec.nodes[0]!, inputs: ['x', 'pads', '', 'axes'] }, spec.nodes[1]!];
    const model = await readSpec({ ...spec, nodes, initialisers: [...spec.initialisers!, int64('axes', [-1])] });
    assert.deepEqual(nodeOf(model, 'conv').pad, [0, 1, 0, 2]);
  });

  it('of nothing changes nothing', async () => {
    const model = await readSpec(padded(pool('MaxPool', {}), [0, 0, 0, 0, 0, 0, 0, 0]));
    assert.deepEqual(
      model.graph.nodes.map(({ op }) => op),
      ['maxPool'],
    );
  });

  it('is refused in front of anything else, over channels, with other values, and where rounding up would differ', async () => {
    const all = [0, 0, 1, 1, 0, 0, 1, 1];
    await assertRefused(
      padded(pool('MaxPool', {}), all),
      'ERR_UNSUPPORTED',
      /node "pad1" is Pad; only a convolution or an average pool takes in zeros .*, not MaxPool "pool1"/,
    );
    await assertRefused(
      padded(conv({}), [0, 1, 0, 0, 0, 0, 0, 0]),
      'ERR_UNSUPPORTED',
      /only zeros around rows and columns/,
    );
    const reflect = padded(conv({}), all, 7);
    const attributes = { ...reflect.nodes[0]!.attributes, mode: 'reflect' };
    await assertRefused(
      { ...reflect, nodes: [{ ...reflect.nodes[0]!, attributes }, reflect.nodes[1]!] },
      'ERR_UNSUPPORTED',
      /mode "reflect"/,
    );
    const ceil = pool('AveragePool', { strides: [3, 3], ceil_mode: 1, kernel_shape: [3, 3] }, [3, 3]);
    await assertRefused(
      padded(ceil, [0, 0, 0, 0, 0, 0, 2, 2]),
      'ERR_UNSUPPORTED',
      /the Pad before it cannot be merged/,
    );
  });
});
