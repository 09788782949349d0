import { bytesField, floatField, integerField, joinBytes, packedField, textField } from './protobuf-writer.js';

/** TensorProto.DataType. */
export const dataType = {
  ...{ float32: 1, uint8: 2, int32: 6, int64: 7, text: 8, bool: 9, float16: 10, float64: 11, bfloat16: 16 },
} as const;

export interface TensorSpec {
  readonly name?: string;
  readonly dims: readonly number[];
  readonly type?: keyof typeof dataType;
  /** raw_data; the default is none, unless `floats` or `integers` hold the elements. */
  readonly raw?: Uint8Array;
  /** float_data, packed. */
  readonly floats?: readonly number[];
  /** int64_data for int64, int32_data for all narrower types; packed. */
  readonly integers?: readonly (number | bigint)[];
  /** The entries of external_data. */
  readonly external?: Readonly<Record<string, string>>;
}

/** A number is an integer attribute, unless wrapped by `float`. */
export type AttributeSpec = number | string | readonly number[] | TensorSpec | { readonly float: number };

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
}

export interface ModelSpec {
  readonly nodes: readonly NodeSpec[];
  readonly initialisers?: readonly TensorSpec[];
  /** Symbolic sides are texts; null states no shape. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[] | null>>;
  readonly outputs: readonly string[];
  readonly opset?: number;
}

/** The bytes of an ONNX file; nothing is checked, so that tests can write broken ones. */
export function onnxFile({ nodes, initialisers = [], inputs, outputs, opset = 17 }: ModelSpec): Uint8Array {
  const graph = joinBytes([
    ...nodes.map((spec) => bytesField(1, node(spec))),
    textField(2, 'graph'),
    ...initialisers.map((spec) => bytesField(5, tensor(spec))),
    ...Object.entries(inputs).map(([name, dims]) => bytesField(11, valueInfo(name, dims))),
    ...outputs.map((name) => bytesField(12, valueInfo(name, null))),
  ]);
  const opsetId = joinBytes([textField(1, ''), integerField(2, opset)]);
  return joinBytes([integerField(1, 8), textField(2, 'test'), bytesField(7, graph), bytesField(8, opsetId)]);
}

/** A float32 tensor as raw_data. */
export function floats(name: string, dims: readonly number[], values: ArrayLike<number>): TensorSpec {
  return { name, dims, raw: new Uint8Array(Float32Array.from(values).buffer) };
}

/** An int64 tensor: a list, or one number without axes. */
export function int64(name: string, values: readonly (number | bigint)[] | number): TensorSpec {
  if (typeof values === 'number') return { name, dims: [], type: 'int64', integers: [values] };
  return { name, dims: [values.length], type: 'int64', integers: values };
}

function node({ op, inputs, outputs, name = '', domain = '', attributes = {} }: NodeSpec): Uint8Array {
  return joinBytes([
    ...inputs.map((input) => textField(1, input)),
    ...outputs.map((output) => textField(2, output)),
    textField(3, name),
    textField(4, op),
    ...Object.entries(attributes).map(([key, value]) => bytesField(5, attribute(key, value))),
    textField(7, domain),
  ]);
}

/** Name, AttributeProto.AttributeType and the value in the field of its type. */
function attribute(name: string, value: AttributeSpec): Uint8Array {
  const typed = (type: number, ...content: Uint8Array[]) =>
    joinBytes([textField(1, name), ...content, integerField(20, type)]);
  if (typeof value === 'number') return typed(2, integerField(3, value));
  if (typeof value === 'string') return typed(3, textField(4, value));
  if ('float' in value) return typed(1, floatField(2, value.float));
  if ('dims' in value) return typed(4, bytesField(5, tensor(value)));
  if (value.every(Number.isInteger)) return typed(7, ...value.map((item) => integerField(8, item)));
  return typed(6, ...value.map((item) => floatField(7, item)));
}

function tensor({ name = '', dims, type = 'float32', raw, floats, integers, external }: TensorSpec): Uint8Array {
  const parts = [packedField(1, dims), integerField(2, dataType[type]), textField(8, name)];
  if (raw) parts.push(bytesField(9, raw));
  if (floats) parts.push(bytesField(4, new Uint8Array(Float32Array.from(floats).buffer)));
  if (integers) parts.push(packedField(type === 'int64' ? 7 : 5, integers));
  if (external) {
    const entries = Object.entries(external).map(([key, value]) => joinBytes([textField(1, key), textField(2, value)]));
    parts.push(...entries.map((entry) => bytesField(13, entry)), integerField(14, 1));
  }
  return joinBytes(parts);
}

function valueInfo(name: string, dims: readonly (number | string)[] | null): Uint8Array {
  if (!dims) return textField(1, name);
  const sides = dims.map((side) =>
    bytesField(1, typeof side === 'number' ? integerField(1, side) : textField(2, side)),
  );
  const type = joinBytes([integerField(1, dataType.float32), bytesField(2, joinBytes(sides))]);
  return joinBytes([textField(1, name), bytesField(2, bytesField(1, type))]);
}
