import assert from 'node:assert/strict';
import { nodeOf, readSpec, scoresOf } from '../../../support/onnx-model.js';
import { floats, int64, type AttributeSpec, type NodeSpec, type TensorSpec } from '../../../support/onnx-writer.js';
import { chain } from '../../../support/onnx-specs.js';

describe('constants', () => {
  /** y = x + the constant that `nodes` make as "c", one number per channel. */
  async function added(nodes: NodeSpec[], initialisers: TensorSpec[] = [], opset = 17): Promise<number[]> {
    const add: NodeSpec = { op: 'Add', inputs: ['x', 'c'], outputs: ['y'] };
    return scoresOf(
      { nodes: [...nodes, add], initialisers, inputs: { x: [1, 2, 1, 1] }, outputs: ['y'], opset },
      [0, 0],
    );
  }
  const node = (op: string, inputs: string[], attributes: Record<string, AttributeSpec> = {}): NodeSpec => ({
    op,
    inputs,
    outputs: ['c'],
    attributes,
  });
  const w = floats('w', [2, 1, 1], [5, 6]);

  it('come from Constant in all its forms', async () => {
    assert.deepEqual(await added([node('Constant', [], { value: floats('', [2, 1, 1], [1, 2]) })]), [1, 2]);
    assert.deepEqual(await added([node('Constant', [], { value_float: { float: 1.5 } })]), [1.5, 1.5]);
    assert.deepEqual(await added([node('Constant', [], { value_int: 3 })]), [3, 3]);
    assert.deepEqual(await added([node('Constant', [], { value_floats: [0.5] })]), [0.5, 0.5]);
  });

  it('come from ConstantOfShape, with and without a value', async () => {
    const shape = int64('s', [2, 1, 1]);
    assert.deepEqual(await added([node('ConstantOfShape', ['s'], { value: floats('', [1], [7]) })], [shape]), [7, 7]);
    assert.deepEqual(await added([node('ConstantOfShape', ['s'])], [shape]), [0, 0]);
  });

  it('go through Identity, Cast, CastLike, Expand, Squeeze, Unsqueeze, Transpose, Slice and Gather', async () => {
    assert.deepEqual(await added([node('Identity', ['w'])], [w]), [5, 6]);
    assert.deepEqual(await added([node('Cast', ['w'], { to: 10 })], [w]), [5, 6]);
    assert.deepEqual(await added([node('CastLike', ['w', 'x'])], [w]), [5, 6]);
    assert.deepEqual(
      await added([node('Expand', ['one', 's'])], [floats('one', [1], [4]), int64('s', [2, 1, 1])]),
      [4, 4],
    );
    assert.deepEqual(
      await added([node('Squeeze', ['wide'], { axes: [0] })], [{ ...w, name: 'wide', dims: [1, 2, 1, 1] }], 11),
      [5, 6],
    );
    assert.deepEqual(
      await added([node('Unsqueeze', ['flat', 'axes'])], [{ ...w, name: 'flat', dims: [2] }, int64('axes', [-1, 1])]),
      [5, 6],
    );
    assert.deepEqual(
      await added([node('Transpose', ['row'], { perm: [2, 0, 1] })], [{ ...w, name: 'row', dims: [1, 1, 2] }]),
      [5, 6],
    );
    const reversed = [int64('from', [-1]), int64('to', [-9]), int64('axes', [0]), int64('steps', [-1])];
    assert.deepEqual(await added([node('Slice', ['w', 'from', 'to', 'axes', 'steps'])], [w, ...reversed]), [6, 5]);
    assert.deepEqual(await added([node('Gather', ['w', 'i'])], [w, int64('i', [1, 0])]), [6, 5]);
  });

  it('divide towards zero as integers and exactly as floats', async () => {
    const tensors = [int64('seven', [7]), int64('two', [-2]), floats('half', [1], [2])];
    assert.deepEqual(await added([node('Div', ['seven', 'two'])], tensors), [-3, -3]);
    assert.deepEqual(await added([node('Div', ['seven', 'half'])], tensors), [3.5, 3.5]);
  });

  it('transpose a matrix in front of Gemm, which keeps the name of the transposed value', async () => {
    const spec = chain(
      [
        { op: 'Flatten', inputs: ['x'], outputs: ['f'] },
        { op: 'Transpose', inputs: ['w'], outputs: ['wT'] },
        { op: 'Gemm', inputs: ['f', 'wT'], outputs: ['y'], attributes: { transB: 1 } },
      ],
      { initialisers: [floats('w', [2, 3], [1, 2, 3, 4, 5, 6])], inputs: { x: [1, 2, 1, 1] } },
    );
    assert.equal(nodeOf(await readSpec(spec), 'linear').weight, 'wT');
    assert.deepEqual(await scoresOf(spec, [1, 10]), [41, 52, 63]);
  });

  it('are cut to integers by casts, and to 1 unless zero as truth values', async () => {
    const yes: TensorSpec = { name: 'yes', dims: [], type: 'bool', integers: [1] };
    const tensors = [floats('half', [2, 1, 1], [0.5, -2.5]), int64('whole', 0), yes];
    assert.deepEqual(await added([node('Cast', ['half'], { to: 7 })], tensors), [0, -2]);
    assert.deepEqual(await added([node('CastLike', ['half', 'whole'])], tensors), [0, -2]);
    assert.deepEqual(await added([node('Cast', ['half'], { to: 9 })], tensors), [1, 1]);
    assert.deepEqual(await added([node('CastLike', ['half', 'yes'])], tensors), [1, 1]);
    assert.deepEqual(await added([node('Cast', ['whole'], { to: 9 })], tensors), [0, 0]);
  });

  it('of any size are refused before they are made: a file of a few bytes cannot ask for gigabytes', async () => {
    const shape = int64('s', [2 ** 16, 2 ** 16]);
    const message =
      /\(ConstantOfShape\): its constant result of shape \[65536, 65536\] is out of proportion to the file/;
    await assert.rejects(added([node('ConstantOfShape', ['s'])], [shape]), { code: 'ERR_FORMAT', message });
    await assert.rejects(added([node('Expand', ['w', 's'])], [floats('w', [1], [1]), shape]), {
      message: /\(Expand\): .*out of proportion/,
    });
    const doubling = Array.from({ length: 40 }, (_, i): NodeSpec => ({
      op: 'Concat',
      inputs: [`d${i}`, `d${i}`],
      outputs: [`d${i + 1}`],
      attributes: { axis: 0 },
    }));
    await assert.rejects(added([...doubling, node('Identity', ['d40'])], [floats('d0', [64], new Float32Array(64))]), {
      message: /\(Concat\): .*out of proportion/,
    });
  });

  it('are refused where shapes, axes or indices do not fit', async () => {
    const broken: [NodeSpec, RegExp][] = [
      [node('Add', ['pair', 'three']), /shapes \[2\] and \[3\] do not broadcast/],
      [node('Gather', ['w', 'three']), /index 9 must be one of the 2/],
      [node('Transpose', ['w'], { perm: [0, 0, 1] }), /perm \[0, 0, 1\] must reorder the axes/],
      [node('Unsqueeze', ['w'], { axes: [0, 0] }), /axes \[0, 0\] must differ/],
      [node('Squeeze', ['w'], { axes: [0] }), /axes of size 1 must be named/],
      [node('Concat', ['w', 'three'], { axis: 0 }), /do not fit together/],
      [node('Concat', [], { axis: 0 }), /input 0 is missing/],
      [node('Reshape', ['w', 'three']), /cannot take the shape \[9, 9, 9\]/],
      [node('Slice', ['w'], { starts: [0, 0], ends: [1] }), /starts, ends, axes and steps must fit together/],
      [node('ConstantOfShape', ['minus']), /has a negative side/],
      [node('Constant', [], { value_string: 'text' }), /only dense numbers are supported as constants/],
    ];
    const tensors = [w, int64('three', [9, 9, 9]), int64('minus', [-1]), int64('pair', [1, 2])];
    for (const [bad, message] of broken)
      await assert.rejects(added([bad], tensors), { name: 'DeepInsideError', message });
  });
});
