import { elements } from '../../ndarray.js';
import { shown } from '../../check.js';
import { atOnce, type Steps } from '../../steps.js';
import { copied, decoding } from '../float-bytes.js';
import { fromBfloat16, fromFloat16 } from '../half.js';
import { formatError, unsupportedError } from '../refusal.js';
import type { OnnxTensor } from './proto.js';

/** A value known on load. Integers and float64 are held as float64: shapes, axes and indices stay exact up to 2^53. */
export interface Constant {
  readonly kind: 'constant';
  readonly name: string;
  readonly shape: readonly number[];
  readonly numbers: 'float' | 'integer' | 'truth';
  readonly data: Float32Array | Float64Array;
}

interface ElementType {
  readonly name: string;
  readonly size: number;
  readonly numbers: Constant['numbers'];
  readonly fromBytes: (bytes: Uint8Array) => Steps<Constant['data']>;
  readonly fromIntegers?: (integers: readonly number[]) => Constant['data'];
}

type NumberArray = Iterable<number> & ArrayLike<number>;

function integerType(name: string, size: number, view: new (buffer: ArrayBuffer) => NumberArray): ElementType {
  return {
    name,
    size,
    numbers: 'integer',
    fromBytes: (bytes) => inOneStep(() => Float64Array.from(new view(copied(bytes)))),
    fromIntegers: (integers) => Float64Array.from(integers),
  };
}

/** For types that no large tensor has. */
function* inOneStep(read: () => Constant['data']): Steps<Constant['data']> {
  yield;
  return read();
}

/** The values of a 64-bit array as doubles: the largest, which mean "to the end" in slices, are rounded. */
function bigIntegers(bytes: Uint8Array): Float64Array {
  return Float64Array.from(new BigInt64Array(copied(bytes)), Number);
}

/** TensorProto.DataType; half-precision patterns may come as integers (int32_data). */
const types: Readonly<Record<number, ElementType>> = {
  1: { name: 'float32', size: 4, numbers: 'float', fromBytes: (bytes) => decoding('float32', bytes) },
  2: integerType('uint8', 1, Uint8Array),
  3: integerType('int8', 1, Int8Array),
  4: integerType('uint16', 2, Uint16Array),
  5: integerType('int16', 2, Int16Array),
  6: integerType('int32', 4, Int32Array),
  7: { ...integerType('int64', 8, Float64Array), fromBytes: (bytes) => inOneStep(() => bigIntegers(bytes)) },
  9: { ...integerType('bool', 1, Uint8Array), numbers: 'truth' },
  10: {
    name: 'float16',
    size: 2,
    numbers: 'float',
    fromBytes: (bytes) => decoding('float16', bytes),
    fromIntegers: (integers) => fromFloat16(Uint16Array.from(integers)),
  },
  11: {
    name: 'float64',
    size: 8,
    numbers: 'float',
    fromBytes: (bytes) => inOneStep(() => new Float64Array(copied(bytes))),
  },
  12: integerType('uint32', 4, Uint32Array),
  16: {
    name: 'bfloat16',
    size: 2,
    numbers: 'float',
    fromBytes: (bytes) => decoding('bfloat16', bytes),
    fromIntegers: (integers) => fromBfloat16(Uint16Array.from(integers)),
  },
};

/** The kind of numbers that Cast's target type has, or undefined where no supported tensor has it. */
export function numbersOf(type: number): Constant['numbers'] | undefined {
  return types[type]?.numbers;
}

/** The elements as numbers of another kind: towards zero as integers, 1 unless zero as truth values. */
export function castTo(numbers: Constant['numbers'], data: Constant['data']): Constant['data'] {
  if (numbers === 'float') return data;
  return Float64Array.from(data, numbers === 'integer' ? Math.trunc : (value) => (value === 0 ? 0 : 1));
}

/**
 * The elements of a tensor, converted.
 *
 * @param where     the path, for messages
 * @param external  the tensor's bytes where they come from another file
 * @throws          ERR_FORMAT where the data are not as long as the shape demands (checked before anything is
 *                  allocated); ERR_UNSUPPORTED for types such as text
 */
export function* decodingTensor(tensor: OnnxTensor, where: string, external?: Uint8Array): Steps<Constant> {
  const type = types[tensor.type];
  const at = described(tensor);
  if (!type) throw unsupportedError(where, `${at} has data type ${tensor.type}; floats and integers are supported`);
  const bytes = external ?? joined(tensor.bytes);
  const size = byteSize(tensor, where);
  const base = { kind: 'constant', name: tensor.name, shape: tensor.dims, numbers: type.numbers } as const;
  if (bytes.length === 0 && type.fromIntegers && tensor.integers.length * type.size === size) {
    return { ...base, data: type.fromIntegers(tensor.integers) };
  }
  if (bytes.length !== size) {
    const came =
      bytes.length || !tensor.integers.length ? `${bytes.length} bytes` : `${tensor.integers.length} integers`;
    throw formatError(
      where,
      `${at} is ${type.name} of shape ${shown(tensor.dims)}: its data must be ${size} bytes, got ${came}`,
    );
  }
  return { ...base, data: yield* type.fromBytes(bytes) };
}

export function decodeTensor(tensor: OnnxTensor, where: string, external?: Uint8Array): Constant {
  return atOnce(decodingTensor(tensor, where, external));
}

/** What the shape and type of a tensor demand, in bytes. */
export function byteSize(tensor: OnnxTensor, where: string): number {
  const count = elements(tensor.dims);
  if (tensor.dims.every((side) => side >= 0) && Number.isSafeInteger(count))
    return count * (types[tensor.type]?.size ?? 1);
  throw formatError(where, `${described(tensor)} has an impossible shape, ${shown(tensor.dims)}`);
}

export function described(tensor: OnnxTensor): string {
  return `tensor ${shown(tensor.name)} at byte ${tensor.start}`;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? pieces[0]! : new Uint8Array(Buffer.concat(pieces));
}
