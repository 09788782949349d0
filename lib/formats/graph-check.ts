import { nearest, shown } from '../check.js';
import { orderNodes } from './graph-order.js';
import type { Graph, GraphNode } from './graph.js';
import type { HostTensor } from './model.js';
import { formatError } from './refusal.js';

type Weights = ReadonlyMap<string, HostTensor>;

/** Elements of one input image: 1 GiB of float32. */
const largestInput = 2 ** 28;

/**
 * Checks that a graph is whole: names unique, inputs known and listed before they are read, no cycle, an output that
 * exists, and every weight present with the right number of axes. Shapes are left to whoever plans the network.
 *
 * @param where  the path, for messages
 * @throws       ERR_FORMAT naming the node and what is wrong with it
 */
export function checkGraph(where: string, graph: Graph, weights: Weights): void {
  const { name: input, shape } = graph.input;
  const size = shape.reduce((product, side) => product * side, 1);
  if (shape.length !== 3 || !shape.every((side) => Number.isInteger(side) && side >= 1) || size > largestInput) {
    throw formatError(where, `the input must be [channels, rows, cols] of a sensible size, got ${shown(shape)}`);
  }
  checkNames(where, graph);
  checkOrder(where, graph);
  const values = new Set([input, ...graph.nodes.map((node) => node.output)]);
  if (!values.has(graph.output))
    throw formatError(
      where,
      `the output ${shown(graph.output)} must be a value of the graph${hint(graph.output, values)}`,
    );
  for (const node of graph.nodes) {
    checkInputCount(where, node);
    for (const [name, axes] of weightAxes(node)) checkWeight(where, node, weights.get(name), { name, axes });
  }
}

/** The names of the weights that a node reads. */
export function weightNames(node: GraphNode): string[] {
  return weightAxes(node).map(([name]) => name);
}

/** Each weight of a node with the number of its axes. */
function weightAxes(node: GraphNode): [name: string, axes: number][] {
  const vector = (name: string | null): [string, number][] => (name === null ? [] : [[name, 1]]);
  if (node.op === 'conv') return [[node.weight, 4], ...vector(node.bias)];
  if (node.op === 'linear') return [[node.weight, 2], ...vector(node.bias)];
  return node.op === 'scaleShift' ? [[node.scale, 1], ...vector(node.shift)] : [];
}

function checkNames(where: string, { input, nodes }: Graph): void {
  const names = new Set<string>();
  for (const node of nodes) {
    if (names.has(node.name)) throw formatError(where, `two nodes are called ${shown(node.name)}; names must differ`);
    if (node.output === input.name)
      throw formatError(where, `node ${shown(node.name)} computes the input, ${shown(input.name)}`);
    names.add(node.name);
  }
}

/** Values have one source each, and come before the nodes that read them. */
function checkOrder(where: string, { input, nodes }: Graph): void {
  const sorted = orderNodes(
    where,
    nodes.map((node) => ({ ...node, outputs: [node.output] })),
  );
  const known = new Set([input.name]);
  const all = new Set([input.name, ...nodes.map(({ output }) => output)]);
  nodes.forEach((node, i) => {
    for (const name of node.inputs) {
      if (known.has(name)) continue;
      const at = `node ${shown(node.name)} reads ${shown(name)}`;
      if (!all.has(name)) throw formatError(where, `${at}, which is not a value of the graph${hint(name, all)}`);
      throw formatError(where, `${at} before it is computed; list ${shown(sorted[i]!.name)} in its place`);
    }
    known.add(node.output);
  });
}

function checkInputCount(where: string, node: GraphNode): void {
  const several = node.op === 'add' || node.op === 'concat';
  if (several ? node.inputs.length >= 2 : node.inputs.length === 1) return;
  const expected = several ? 'two or more inputs' : 'one input';
  throw formatError(where, `node ${shown(node.name)} (${node.op}) must have ${expected}, got ${node.inputs.length}`);
}

interface WeightUse {
  readonly name: string;
  readonly axes: number;
}

function checkWeight(where: string, node: GraphNode, weight: HostTensor | undefined, { name, axes }: WeightUse): void {
  const at = `node ${shown(node.name)} (${node.op}) needs the weight ${shown(name)}`;
  if (!weight) throw formatError(where, `${at}, which the file does not hold`);
  if (weight.shape.length === axes) return;
  throw formatError(where, `${at} with ${axes} axes, its shape is ${shown(weight.shape)}`);
}

/** Comparing names is quadratic in their length, which a damaged file may make anything. */
const longestCompared = 200;

function hint(name: string, names: Iterable<string>): string {
  const short = [name, ...names].filter(({ length }) => length <= longestCompared);
  const near = short[0] === name ? nearest(name, short.slice(1), 1)[0] : undefined;
  return near ? `; did you mean ${shown(near)}?` : '';
}
