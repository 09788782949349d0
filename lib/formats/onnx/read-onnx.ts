import { shown } from '../../check.js';
import { inSlices, type Steps } from '../../steps.js';
import { checkGraph, weightNames } from '../graph-check.js';
import { orderNodes } from '../graph-order.js';
import type { Graph, GraphNode } from '../graph.js';
import type { Model } from '../model.js';
import { formatError, unsupportedError } from '../refusal.js';
import { externalFilesOf, readExternalData } from './external-data.js';
import { constantFolder } from './fold.js';
import { graphInput, inputShapeOf, type InputShape } from './graph-input.js';
import { checkSoftmax } from './lower-pointwise.js';
import { Lowering } from './lowering.js';
import { OnnxOp } from './op.js';
import { lowerOp } from './ops.js';
import { parseOnnx, type OnnxFile, type OnnxTensor } from './proto.js';
import { decodingTensor, type Constant } from './tensor.js';
import { trailingSoftmax } from './trailing-softmax.js';

export interface OnnxOptions {
  /** The model's folder, in which external data may lie; null where the model came as bytes. */
  readonly folder: string | null;
  /** For files that leave sides of the input open. */
  readonly inputShape?: InputShape;
}

/** The operator sets before it are laid out otherwise (broadcasting, batch normalisation). */
const oldestOpset = 7;

/** How many numbers constant folding may make beyond one per byte of the file. */
const foldingAllowance = 2 ** 22;

/**
 * Reads an ONNX image classifier as a graph of this library's layers. Values keep their ONNX names, and so do nodes
 * (those without a name go by their output's); weights are float32, under the names of their initialisers.
 * Choice: of several outputs the first holds the class scores; what only the others need is left out.
 *
 * @param where  the path, for messages
 * @throws       ERR_FORMAT where the file is broken; ERR_UNSUPPORTED naming node, operator and attributes where this
 *               library cannot run it; ERR_ARGUMENT where `inputShape` is missing or wrong; ERR_IO for external data
 */
export async function readOnnx(bytes: Uint8Array, where: string, options: OnnxOptions): Promise<Model> {
  const file = parseOnnx(bytes, where);
  if (file.opset < oldestOpset) {
    const remedy = 'convert the file with onnx.version_converter';
    throw unsupportedError(where, `operator set ${file.opset} must be ${oldestOpset} or newer; ${remedy}`);
  }
  const course = courseOf(where, file);
  const input = graphInput(where, file, course.ops);
  const shape = inputShapeOf(where, input, options.inputShape);
  const external = await readExternalData(file.initialisers, where, options.folder);
  const size = [...external.values()].reduce((sum, data) => sum + data.length, bytes.length);

  const constants = await inSlices(decodingConstants(where, file, course.ops, external));
  const lowering = new Lowering(where, (name) => constants.get(name), readersOf(course), namesOf(file, course.ops));
  lowering.define(input.name, { kind: 'activation', name: input.name, shape });
  await inSlices(loweringAll(course.ops, lowering, size + foldingAllowance));
  const model = modelOf(where, lowering, course, { name: input.name, shape });
  checkGraph(where, model.graph, model.weights);
  return { ...model, externalFiles: externalFilesOf(file.initialisers) };
}

/** @param room  how many numbers constant folding may make */
function* loweringAll(ops: readonly OnnxOp[], lowering: Lowering, room: number): Steps<void> {
  const fold = constantFolder(lowering, room);
  for (const op of ops) {
    if (!fold(op)) lowerOp(op, lowering);
    yield;
  }
}

/** What leads to the class scores, in order. */
interface Course {
  readonly ops: readonly OnnxOp[];
  /** The value that holds them. */
  readonly scores: string;
  /** The soft-max behind them, if there is one. */
  readonly softmax: OnnxOp | null;
}

function courseOf(where: string, file: OnnxFile): Course {
  const output = file.outputs[0];
  if (!output) throw formatError(where, 'the graph must have an output, it has none');
  const ordered = orderNodes(where, opsOf(where, file));
  const softmax = trailingSoftmax(where, ordered, output);
  const scores = softmax?.inputs[0] || output;
  const ops = neededFor(scores, ordered, (op) => op.outputs);
  if (!ops.length) throw formatError(where, `a node must compute the output ${shown(scores)}, none does`);
  return { ops, scores, softmax };
}

/** The nodes, each under a name of its own. */
function opsOf(where: string, file: OnnxFile): OnnxOp[] {
  const taken = new Set<string>();
  return file.nodes.map((node) => {
    const name = node.name && !taken.has(node.name) ? node.name : node.outputs[0]!;
    let unique = name;
    for (let count = 2; taken.has(unique); count++) unique = `${name}.${count}`;
    taken.add(unique);
    return new OnnxOp(where, unique, file.opset, node);
  });
}

/** Those of the sorted nodes on which `value` depends, in their order. */
function neededFor<T extends { readonly inputs: readonly string[] }>(
  value: string,
  nodes: readonly T[],
  outputsOf: (node: T) => readonly string[],
): T[] {
  const values = new Set([value]);
  const needed: T[] = [];
  for (const node of [...nodes].reverse()) {
    if (!outputsOf(node).some((output) => values.has(output))) continue;
    needed.push(node);
    for (const input of node.inputs) if (input) values.add(input);
  }
  return needed.reverse();
}

/** The stored tensors that the nodes read, by name. */
function* decodingConstants(
  where: string,
  file: OnnxFile,
  ops: readonly OnnxOp[],
  external: ReadonlyMap<OnnxTensor, Uint8Array>,
): Steps<ReadonlyMap<string, Constant>> {
  const tensors = new Map(file.initialisers.map((tensor) => [tensor.name, tensor]));
  const decoded = new Map<string, Constant>();
  for (const name of new Set(ops.flatMap(({ inputs }) => inputs))) {
    const tensor = tensors.get(name);
    if (tensor) decoded.set(name, yield* decodingTensor(tensor, where, external.get(tensor)));
    yield;
  }
  return decoded;
}

function readersOf({ ops, scores }: Course): Map<string, number> {
  const readers = new Map([[scores, 1]]);
  for (const op of ops) for (const input of op.inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  return readers;
}

function namesOf(file: OnnxFile, ops: readonly OnnxOp[]): Set<string> {
  const values = [...file.inputs, ...file.initialisers].map(({ name }) => name);
  return new Set([...values, ...ops.flatMap((op) => [op.name, ...op.outputs])]);
}

/** The finished graph without what nothing reads any more, such as the nodes that merely had their shape taken. */
function modelOf(
  where: string,
  lowering: Lowering,
  { scores, softmax }: Course,
  input: { readonly name: string; readonly shape: readonly number[] },
): Model & { readonly graph: Graph } {
  const result = lowering.result(scores);
  if (softmax) checkSoftmax(softmax, result.shape);
  const [, channels, rows, cols, ...more] = input.shape;
  if (rows === undefined || cols === undefined || more.length) {
    const shape = shown(input.shape);
    throw unsupportedError(where, `the input must be an image, [n, channels, rows, cols], got ${shape}`);
  }
  // Behind an Identity the scores have two names: the file's users know the last.
  const output = result.name === input.name ? input.name : scores;
  const needed = neededFor(result.name, lowering.nodes, (node) => [node.output]);
  const nodes = needed.map((node) => renamed(node, result.name, output));
  const names = new Set(nodes.flatMap(weightNames));
  const weights = new Map([...lowering.weights].filter(([name]) => names.has(name)));
  const graph = { input: { name: input.name, shape: [channels!, rows, cols] as const }, nodes, output };
  return { graph, weights, preprocessing: null, classes: null };
}

/** The node, with the value `from` called `to` where it reads or computes that. */
function renamed(node: GraphNode, from: string, to: string): GraphNode {
  const name = (value: string) => (value === from ? to : value);
  return { ...node, inputs: node.inputs.map(name), output: name(node.output) };
}
