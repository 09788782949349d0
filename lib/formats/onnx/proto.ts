import { ProtobufReader } from '../protobuf.js';
import { formatError } from '../refusal.js';

/** The parts of ONNX's messages (onnx.proto) that inference needs. */
export interface OnnxFile {
  /** Version of the default operator set. */
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly initialisers: readonly OnnxTensor[];
  /** Of the graph; files of IR version 3 list the initialisers among them. */
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly string[];
}

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  /** '' where an optional input is absent. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** null is a kind that no supported operator has, such as a graph. */
export type OnnxAttribute = number | string | readonly number[] | readonly string[] | OnnxTensor | null;

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** TensorProto.DataType. */
  readonly type: number;
  /** The elements as little-endian bytes, in pieces; empty where they are in `integers` or in another file. */
  readonly bytes: readonly Uint8Array[];
  readonly integers: readonly number[];
  /** Keys location, offset and length; null where the data are in this file. */
  readonly external: ReadonlyMap<string, string> | null;
  /** Where the tensor begins in the file. */
  readonly start: number;
}

export interface OnnxInput {
  readonly name: string;
  /** A string is a symbolic dimension; null where the file states no shape. */
  readonly dims: readonly (number | string)[] | null;
}

type OnnxGraph = Omit<OnnxFile, 'opset'>;

export function isDefaultDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

/**
 * Parses a ModelProto without copying or converting its tensors.
 *
 * @param where  the path, for messages
 * @throws       ERR_FORMAT with the byte offset where the bytes are not a ModelProto with a graph
 */
export function parseOnnx(bytes: Uint8Array, where: string): OnnxFile {
  const model = new ProtobufReader(bytes, where);
  let graph: OnnxGraph | null = null;
  let opset: number | null = null;
  model.each({
    7: () => (graph = parseGraph(model.message(), where)),
    8: () => (opset = parseOpset(model.message()) ?? opset),
  });
  if (graph === null) throw formatError(where, 'an ONNX file must hold a graph, this one holds none; is it truncated?');
  if (opset === null) throw formatError(where, 'the ONNX file names no version of the default operator set');
  return { opset, ...(graph as OnnxGraph) };
}

/** The version, if this is the default domain's. */
function parseOpset(opset: ProtobufReader): number | null {
  let domain = '';
  let version = 0;
  opset.each({ 1: () => (domain = opset.text()), 2: () => (version = opset.integer()) });
  return isDefaultDomain(domain) ? version : null;
}

function parseGraph(graph: ProtobufReader, where: string): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const initialisers: OnnxTensor[] = [];
  const inputs: OnnxInput[] = [];
  const outputs: string[] = [];
  graph.each({
    1: () => {
      const node = parseNode(graph.message());
      const at = `the node at byte ${graph.fieldStart}`;
      if (!node.outputs[0]) throw formatError(where, `${at} (${node.op || 'without an operator'}) has no output`);
      nodes.push(node);
    },
    5: () => initialisers.push(parseTensor(graph.message(), graph.fieldStart)),
    11: () => inputs.push(parseInput(graph.message())),
    12: () => outputs.push(parseInput(graph.message()).name),
  });
  return { nodes, initialisers, inputs, outputs };
}

function parseNode(node: ProtobufReader): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let [name, op, domain] = ['', '', ''];
  node.each({
    1: () => inputs.push(node.text()),
    2: () => outputs.push(node.text()),
    3: () => (name = node.text()),
    4: () => (op = node.text()),
    5: () => attributes.set(...parseAttribute(node.message())),
    7: () => (domain = node.text()),
  });
  return { name, op, domain, inputs, outputs, attributes };
}

/** What counts for an AttributeProto.AttributeType when its field is absent: some writers leave out zeros. */
const attributeDefaults: Readonly<Record<number, OnnxAttribute>> = { 1: 0, 2: 0, 3: '', 6: [], 7: [], 8: [] };

function parseAttribute(attribute: ProtobufReader): [string, OnnxAttribute] {
  const floats: Uint8Array[] = [];
  const integers: number[] = [];
  const texts: string[] = [];
  let name = '';
  let type = 0;
  let value: OnnxAttribute = null;
  attribute.each({
    1: () => (name = attribute.text()),
    2: () => (value = attribute.float()),
    3: () => (value = attribute.integer()),
    4: () => (value = attribute.text()),
    5: () => (value = parseTensor(attribute.message(), attribute.fieldStart)),
    7: () => attribute.fixed(floats),
    8: () => attribute.integers(integers),
    9: () => texts.push(attribute.text()),
    20: () => (type = attribute.integer()),
  });
  if (floats.length) value = floats.flatMap(floatsOf);
  else if (integers.length) value = integers;
  else if (texts.length) value = texts;
  return [name, value ?? attributeDefaults[type] ?? null];
}

function floatsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getFloat32(4 * i, true));
}

function parseTensor(tensor: ProtobufReader, start: number): OnnxTensor {
  const dims: number[] = [];
  const bytes: Uint8Array[] = [];
  const integers: number[] = [];
  const entries = new Map<string, string>();
  let name = '';
  let type = 0;
  let isExternal = false;
  const readFixed = () => tensor.fixed(bytes);
  const readIntegers = () => tensor.integers(integers);
  tensor.each({
    1: () => tensor.integers(dims),
    2: () => (type = tensor.integer()),
    4: readFixed, // float_data
    5: readIntegers, // int32_data, for all narrower types too
    7: readIntegers, // int64_data
    8: () => (name = tensor.text()),
    9: () => bytes.push(tensor.chunk()), // raw_data
    10: readFixed, // double_data
    11: readIntegers, // uint64_data
    13: () => entries.set(...parseEntry(tensor.message())),
    14: () => (isExternal = tensor.integer() === 1),
  });
  return { name, dims, type, bytes, integers, external: isExternal ? entries : null, start };
}

/** A StringStringEntryProto. */
function parseEntry(entry: ProtobufReader): [string, string] {
  let [key, value] = ['', ''];
  entry.each({ 1: () => (key = entry.text()), 2: () => (value = entry.text()) });
  return [key, value];
}

/** A ValueInfoProto. */
function parseInput(input: ProtobufReader): OnnxInput {
  let name = '';
  let dims: (number | string)[] | null = null;
  const parseType = (type: ProtobufReader) => type.each({ 1: () => parseTensorType(type.message()) });
  const parseTensorType = (tensor: ProtobufReader) => tensor.each({ 2: () => (dims = parseShape(tensor.message())) });
  input.each({ 1: () => (name = input.text()), 2: () => parseType(input.message()) });
  return { name, dims };
}

function parseShape(shape: ProtobufReader): (number | string)[] {
  const dims: (number | string)[] = [];
  const parseDimension = (dim: ProtobufReader) => {
    let size: number | string = '?';
    dim.each({ 1: () => (size = dim.integer()), 2: () => (size = dim.text()) });
    dims.push(size);
  };
  shape.each({ 1: () => parseDimension(shape.message()) });
  return dims;
}
