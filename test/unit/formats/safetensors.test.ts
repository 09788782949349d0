import assert from 'node:assert/strict';
import { readModel } from '#lib/formats/read-model.js';
import { readSafetensors, writeSafetensors } from '#lib/formats/safetensors.js';
import { smallNets } from '../../support/nets.js';
import { preprocessing, whole, file, assertBroken, entry } from '../../support/safetensors-files.js';

describe('writeSafetensors and readSafetensors', () => {
  it('give back graph, weights, preprocessing and class names in float32', () => {
    assert.deepEqual(readSafetensors(writeSafetensors(whole, { dtype: 'float32' }), 'f'), whole);
  });

  it('give back the graph of every small net', () => {
    for (const net of Object.values(smallNets)) {
      const model = { ...net(), preprocessing: null, classes: null };
      assert.deepEqual(readSafetensors(writeSafetensors(model, { dtype: 'float32' }), 'f'), model);
    }
  });

  it('store halves in half the bytes, within half a unit of their last place', () => {
    const float32 = writeSafetensors(whole, { dtype: 'float32' }).length;
    for (const [dtype, step] of [
      ['float16', 2 ** -11],
      ['bfloat16', 2 ** -8],
    ] as const) {
      const bytes = writeSafetensors(whole, { dtype });
      const count = [...whole.weights.values()].reduce((sum, { data }) => sum + data.length, 0);
      assert(Math.abs(float32 - bytes.length - 2 * count) < 100);
      for (const [name, { data }] of readSafetensors(bytes, 'f').weights) {
        const expected = whole.weights.get(name)!.data;
        data.forEach((value, i) => assert(Math.abs(value - expected[i]!) <= step * Math.abs(expected[i]!) + 2 ** -25));
      }
    }
  });

  it('keep a mean image in float32 beside half-precision weights', () => {
    const mean = { shape: [3, 21, 19], data: Float32Array.from({ length: 1197 }, (_, i) => 100 + i / 1000) };
    const model = { ...whole, preprocessing: { ...preprocessing, mean } };
    const read = readSafetensors(writeSafetensors(model, { dtype: 'bfloat16' }), 'f');
    assert.deepEqual(read.preprocessing, model.preprocessing);
    assert.deepEqual([...read.weights.keys()], [...whole.weights.keys()]);
  });

  it('keep names that JSON or JavaScript treat specially', () => {
    const data = Float32Array.of(1);
    const names = ['__proto__', 'constructor', 'a"b\\c', '0', 'ünï/é', ''];
    const weights = new Map(names.map((name) => [name, { shape: [1], data }]));
    const read = readSafetensors(
      writeSafetensors({ graph: null, weights, preprocessing: null, classes: null }, { dtype: 'float32' }),
      'f',
    );
    assert.deepEqual([...read.weights.keys()].sort(), names.sort());
  });

  it('refuse weights beyond float16 rather than store infinity', () => {
    const weights = new Map([['w', { shape: [2], data: Float32Array.of(1, -70000) }]]);
    const model = { graph: null, weights, preprocessing: null, classes: null };
    const message = /"w" holds -70000, beyond float16; use bfloat16 or float32/;
    assert.throws(() => writeSafetensors(model, { dtype: 'float16' }), { code: 'ERR_ARGUMENT', message });
    assert.equal(readSafetensors(writeSafetensors(model, { dtype: 'float32' }), 'f').weights.get('w')!.data[1], -70000);
  });

  it("refuse to write a weight under the format's own name, and a graph without its weights", () => {
    const weights = new Map([['__metadata__', { shape: [1], data: Float32Array.of(1) }]]);
    const model = { graph: null, weights, preprocessing: null, classes: null };
    assert.throws(() => writeSafetensors(model, { dtype: 'float32' }), {
      code: 'ERR_ARGUMENT',
      message: /__metadata__/,
    });
    const bare = { ...whole, weights: new Map() };
    assert.throws(() => writeSafetensors(bare, { dtype: 'float32' }), {
      code: 'ERR_FORMAT',
      message: /needs the weight/,
    });
  });

  it('align every tensor to the size of its elements', () => {
    const bytes = writeSafetensors(whole, { dtype: 'float32' });
    assert.equal(new DataView(bytes.buffer).getUint32(0, true) % 8, 0);
  });
});

describe('readSafetensors', () => {
  it('takes a file of others as weights alone', () => {
    const bytes = file({ __metadata__: { format: 'pt' }, w: entry([2], 0, 8) }, 8);
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, 2.5, true);
    const model = readSafetensors(bytes, 'f');
    assert.equal(model.graph, null);
    assert.deepEqual([...model.weights], [['w', { shape: [2], data: Float32Array.of(0, 2.5) }]]);
  });

  it('narrows float64, and leaves out counters of integers', () => {
    const bytes = file({ count: entry([], 0, 8, 'I64'), w: entry([1], 8, 16, 'F64') }, 16);
    new DataView(bytes.buffer).setFloat64(bytes.length - 8, 0.1, true);
    assert.deepEqual([...readSafetensors(bytes, 'f').weights], [['w', { shape: [1], data: Float32Array.of(0.1) }]]);
  });

  it('readModel does not share memory with the bytes it was given', async () => {
    const bytes = writeSafetensors(whole, { dtype: 'float32' });
    const { weights } = await readModel(bytes);
    bytes.fill(0);
    assert.deepEqual(weights, whole.weights);
  });

  it('reads bytes that begin anywhere in their buffer', () => {
    const bytes = writeSafetensors(whole, { dtype: 'float16' });
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    assert.deepEqual(readSafetensors(shifted, 'f'), readSafetensors(bytes, 'f'));
  });

  it('refuses a header that is longer than the file, or than any header', () => {
    const bytes = file({}, 0);
    new DataView(bytes.buffer).setBigUint64(0, 1000n, true);
    assertBroken(bytes, /net\.safetensors: byte 0: the header claims 1000 bytes, 2 are left; is the file truncated\?/);
    new DataView(bytes.buffer).setBigUint64(0, 2n ** 63n, true);
    assertBroken(bytes, /byte 0: the header claims 9223372036854775808 bytes/);
    assertBroken(bytes.subarray(0, 5), /byte 0: safetensors begin with 8 bytes, got 5/);
  });

  it('refuses a header that is not JSON, or no object', () => {
    assertBroken(file('{"w": ', 0), /byte 8: the header must be JSON/);
    assertBroken(file('[1]', 0), /byte 8: the header must be a JSON object, got \[1\]/);
    assertBroken(file({ __metadata__: { a: 1 } }, 0), /__metadata__ must be an object of texts/);
  });

  it('refuses unknown types, and shapes and offsets that are no counts', () => {
    assertBroken(
      file({ w: entry([2], 0, 2, 'F8_E4M3') }, 2),
      /tensor "w" must have a dtype out of F64, .*, got "F8_E4M3"/,
    );
    assertBroken(file({ w: 5 }, 0), /tensor "w" must have a dtype/);
    assertBroken(file({ w: entry([-1], 0, 4) }, 4), /"w" must have a shape of integers from 0, got \[-1\]/);
    assertBroken(
      file({ w: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4),
      /"w" must have two data_offsets, got \[0\]/,
    );
  });

  it('refuses a 4 GB dimension before it allocates anything', () => {
    const header = { w: entry([2 ** 32, 2 ** 30], 0, 16) };
    const message =
      /tensor "w" is "F32" of shape \[4294967296, 1073741824\], 18446744073709552000 bytes, but lies in bytes/;
    assertBroken(file(header, 16), message);
  });

  it('refuses tensors that overlap, leave gaps, or end before or behind the file', () => {
    assertBroken(
      file({ a: entry([2], 0, 8), b: entry([1], 4, 8) }, 8),
      /tensor "b" overlaps the tensor before it, which ends at byte/,
    );
    assertBroken(file({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, 12), /tensor "b" leaves a gap before it/);
    const header = { a: entry([1], 0, 4) };
    const end = 8 + JSON.stringify(header).length + 4;
    assertBroken(
      file(header, 3),
      new RegExp(`byte ${end}: the tensors end here, the file has ${end - 1} bytes; is it truncated`),
    );
    assertBroken(file(header, 5), new RegExp(`byte ${end}: the tensors end here, the file has ${end + 1} bytes`));
  });

  it('refuses a name that the header lists twice, which JSON alone would hide', () => {
    const twice = `{"w":${JSON.stringify(entry([1], 0, 4))},"\\u0077":${JSON.stringify(entry([1], 0, 4))}}`;
    assertBroken(file(twice, 4), /byte 8: the header lists "w" twice/);
  });

  it('refuses lists nested a hundred thousand deep', () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    assertBroken(
      file(`{"w":{"dtype":"F32","shape":${nested},"data_offsets":[0,4]}}`, 4),
      /"w" must have a shape .*, got nested lists/,
    );
  });
});
