import { DeepInsideError } from '../errors.js';
import { array, elements, ndarrayOf, rowMajor, type NdArray } from '../ndarray.js';

/** Host arrays that NumPy's format is written for. */
export type NumericArray = NdArray<Float32Array | Uint8Array | Int32Array>;

/**
 * The bytes of a NumPy file (.npy, version 1.0, little-endian, C order) that holds `x`.
 *
 * @param x  any shape; float32, uint8 or int32
 */
export function encodeNpy(x: NumericArray): Uint8Array {
  ndarrayOf('encodeNpy', 'array', 'an ndarray', x);
  const type = types.find(({ Type }) => x.data instanceof Type);
  if (!type) {
    const rule = 'array must hold float32, uint8 or int32';
    throw new DeepInsideError(
      'ERR_DTYPE',
      `encodeNpy: ${rule}, got ${(x.data as object).constructor.name}; convert it first`,
    );
  }
  const header = headerOf(type.descr, x.shape);
  const data = rowMajor(x);
  const file = new Uint8Array(header.length + data.byteLength);
  file.set(header);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return file;
}

const types = [
  { Type: Float32Array, descr: '<f4' },
  { Type: Int32Array, descr: '<i4' },
  { Type: Uint8Array, descr: '|u1' },
];

/**
 * The array that `encodeNpy` made a file of.
 *
 * @param where  the path, for messages
 * @throws       ERR_FORMAT where it made no such file
 */
export function decodeNpy(where: string, file: Uint8Array): NumericArray {
  const view = Buffer.from(file.buffer, file.byteOffset, file.length);
  const start = view.toString('latin1', 0, 8) === '\x93NUMPY\x01\x00' ? 10 + view.readUInt16LE(8) : 0;
  const header = /^{'descr': '(.{3})', 'fortran_order': False, 'shape': \(([\d, ]*)\), } *\n$/.exec(
    view.toString('latin1', 10, start),
  );
  const Type = types.find(({ descr }) => descr === header?.[1])?.Type;
  const shape = (header?.[2]?.match(/\d+/g) ?? []).map(Number);
  const bytes = Type && elements(shape) * Type.BYTES_PER_ELEMENT;
  if (!Type || bytes !== file.length - start) {
    const message = `${where}: an array of float32, int32 or uint8 in a .npy file of version 1.0 was expected, got another file`;
    throw new DeepInsideError('ERR_FORMAT', message);
  }
  // copied: where the numbers lie in the file, they may not be aligned
  return array(new Type(new Uint8Array(file.subarray(start)).buffer), shape);
}

/** Magic, version, length and a Python dictionary, padded so that the data begin at a multiple of 64. */
function headerOf(descr: string, shape: readonly number[]): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sides}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const header = Buffer.from(`\x93NUMPY\x01\x00..${text.padEnd(length - 1)}\n`, 'latin1');
  header.writeUInt16LE(length, 8);
  return header;
}
