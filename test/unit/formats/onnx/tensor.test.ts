import assert from 'node:assert/strict';
import { assertRefused, scoresOf } from '../../../support/onnx-model.js';
import { dataType, type ModelSpec, type TensorSpec } from '../../../support/onnx-writer.js';

/** y = x + c with a stored c of one number. */
function added(c: TensorSpec): ModelSpec {
  const nodes = [{ op: 'Add', name: 'add', inputs: ['x', 'c'], outputs: ['y'] }];
  return { nodes, initialisers: [{ name: 'c', ...c }], inputs: { x: [1, 1, 1, 1] }, outputs: ['y'] };
}

const bytes = (view: ArrayBufferView) => new Uint8Array(view.buffer);

describe('tensors from ONNX', () => {
  const stored: Record<string, [TensorSpec, number]> = {
    'float32, raw': [{ dims: [1], raw: bytes(Float32Array.of(1.5)) }, 1.5],
    'float32, float_data': [{ dims: [1], floats: [1.5] }, 1.5],
    'float16, raw': [{ dims: [1], type: 'float16', raw: bytes(Uint16Array.of(0x3e00)) }, 1.5],
    'float16, int32_data': [{ dims: [1], type: 'float16', integers: [0x3e00] }, 1.5],
    'bfloat16, raw': [{ dims: [1], type: 'bfloat16', raw: bytes(Uint16Array.of(0x3fc0)) }, 1.5],
    'bfloat16, int32_data': [{ dims: [1], type: 'bfloat16', integers: [0x3fc0] }, 1.5],
    'float64, raw': [{ dims: [1], type: 'float64', raw: bytes(Float64Array.of(1.5)) }, 1.5],
    'int64, raw': [{ dims: [1], type: 'int64', raw: bytes(BigInt64Array.of(-3n)) }, -3],
    'int64, int64_data': [{ dims: [1], type: 'int64', integers: [-3] }, -3],
    'int32, raw': [{ dims: [1], type: 'int32', raw: bytes(Int32Array.of(-3)) }, -3],
    'int32, int32_data': [{ dims: [1], type: 'int32', integers: [-3] }, -3],
    'uint8, raw': [{ dims: [1], type: 'uint8', raw: Uint8Array.of(200) }, 200],
    'bool, int32_data': [{ dims: [1], type: 'bool', integers: [1] }, 1],
    'without axes': [{ dims: [], floats: [1.5] }, 1.5],
  };
  for (const [name, [tensor, value]] of Object.entries(stored)) {
    it(`are read as ${name}`, async () => assert.deepEqual(await scoresOf(added(tensor), [0]), [value]));
  }

  it('must be as long as their shape says: tensor, byte offset and both lengths are named', async () => {
    const short = { dims: [2, 3], raw: new Uint8Array(20) };
    await assertRefused(
      added(short),
      'ERR_FORMAT',
      /test\.onnx: tensor "c" at byte \d+ is float32 of shape \[2, 3\]: its data must be 24 bytes, got 20 bytes/,
    );
    await assertRefused(
      added({ dims: [3], type: 'int64', integers: [1, 2] }),
      'ERR_FORMAT',
      /must be 24 bytes, got 2 integers/,
    );
    await assertRefused(added({ dims: [2] }), 'ERR_FORMAT', /must be 8 bytes, got 0 bytes/);
  });

  it('are refused before anything is allocated where a dimension is 4 GB, or beyond all numbers', async () => {
    await assertRefused(
      added({ dims: [2 ** 32], floats: [1] }),
      'ERR_FORMAT',
      /its data must be 17179869184 bytes, got 4 bytes/,
    );
    await assertRefused(
      added({ dims: [2 ** 40, 2 ** 40], floats: [1] }),
      'ERR_FORMAT',
      /has an impossible shape, \[1099511627776, 1099511627776\]/,
    );
    await assertRefused(added({ dims: [-1], floats: [1] }), 'ERR_FORMAT', /has an impossible shape, \[-1\]/);
  });

  it('of texts are refused by the number of their type', async () => {
    const pattern = new RegExp(
      `tensor "c" at byte \\d+ has data type ${dataType.text}; floats and integers are supported`,
    );
    await assertRefused(added({ dims: [1], type: 'text', integers: [1] }), 'ERR_UNSUPPORTED', pattern);
  });
});
