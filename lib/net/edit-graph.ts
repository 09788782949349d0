import type { Graph, GraphNode } from '../formats/graph.js';

/** A graph with the value from which a backward pass starts for a class; `output` stays the scores S_c. */
export interface ScoredGraph {
  readonly graph: Graph;
  readonly scored: string;
}

/** Which number of a class is differentiated: S_c, P_c, or S_c before a ReLU that follows the last weights. */
export type Score = 'class' | 'posterior' | 'unclipped';
export const scores: readonly Score[] = ['class', 'posterior', 'unclipped'];

/** The graph as it is for S_c, or with the nodes that compute the other scores beside S_c. */
export function scoredGraph(graph: Graph, score: Score): ScoredGraph {
  if (score === 'posterior') return withPosteriors(graph);
  if (score === 'unclipped') return withUnclippedScores(graph);
  return { graph, scored: graph.output };
}

/** The graph with the nodes of every score beside each other, none of which has weights. */
export function withAllScores(graph: Graph): Graph {
  const names = new Set(graph.nodes.map((node) => node.name));
  const extra = scores.flatMap((score) => scoredGraph(graph, score).graph.nodes.filter(({ name }) => !names.has(name)));
  return { ...graph, nodes: [...graph.nodes, ...extra] };
}

/** Without a trailing soft-max (the scores are S_c, not P_c) and what nothing reads on the way to the scores. */
export function trimmed(graph: Graph): Graph {
  return pruned(withoutSoftmax(graph));
}

function withoutSoftmax(graph: Graph): Graph {
  const tail = tailOf(graph, ['flatten', 'dropout', 'softmax']);
  const softmax = tail.find((node) => node.op === 'softmax');
  return softmax ? { ...graph, output: softmax.inputs[0]! } : graph;
}

function pruned(graph: Graph): Graph {
  const needed = new Set([graph.output]);
  const nodes: GraphNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!needed.has(node.output)) continue;
    nodes.unshift(node);
    for (const input of node.inputs) needed.add(input);
  }
  return { ...graph, nodes };
}

function withPosteriors(graph: Graph): ScoredGraph {
  const name = unused(graph, 'posteriors');
  const softmax: GraphNode = { op: 'softmax', name, inputs: [graph.output], output: name };
  return { graph: { ...graph, nodes: [...graph.nodes, softmax] }, scored: name };
}

/**
 * Where a ReLU follows the last weights (SqueezeNet: conv10, ReLU, global average pool), what comes after that ReLU is
 * repeated beside it on the values before it; elsewhere the scores themselves.
 */
function withUnclippedScores(graph: Graph): ScoredGraph {
  const tail = tailOf(graph, withinChannels);
  const at = tail.findIndex((node) => node.op === 'relu');
  if (at < 0) return { graph, scored: graph.output };
  let value = tail[at]!.inputs[0]!;
  const copies = tail.slice(at + 1).map((node): GraphNode => {
    const name = unused(graph, `${node.name} unclipped`);
    const copy = { ...node, name, inputs: [value], output: name };
    value = name;
    return copy;
  });
  return { graph: { ...graph, nodes: [...graph.nodes, ...copies] }, scored: value };
}

/** What computes each channel of its output from that channel of its input alone. */
const withinChannels = ['globalAveragePool', 'averagePool', 'maxPool', 'flatten', 'dropout', 'relu'] as const;

/** The convolution, by its name, one of whose channels each class comes from; null where something else mixes them. */
export function classConvolution({ graph, scored }: ScoredGraph): string | null {
  const tail = tailOf({ ...graph, output: scored }, withinChannels);
  const value = tail[0]?.inputs[0] ?? scored;
  return graph.nodes.find(({ op, output }) => op === 'conv' && output === value)?.name ?? null;
}

/** The chain of single-input nodes of these kinds that ends in the graph's output, first node first. */
function tailOf(graph: Graph, ops: readonly GraphNode['op'][]): GraphNode[] {
  const tail: GraphNode[] = [];
  let value = graph.output;
  for (const node of [...graph.nodes].reverse()) {
    if (node.output !== value) continue;
    if (!ops.includes(node.op)) break;
    tail.unshift(node);
    value = node.inputs[0]!;
  }
  return tail;
}

function unused(graph: Graph, name: string): string {
  const taken = new Set(graph.nodes.flatMap((node) => [node.name, node.output]));
  while (taken.has(name) || name === graph.input.name) name += "'";
  return name;
}

/**
 * The pre-activations that the layer before can rectify itself: values of a convolution or matrix that a ReLU alone
 * reads. Gives the ReLU's value for each.
 */
export function fusableRelus(graph: Graph): ReadonlyMap<string, string> {
  const readers = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  const fusable = new Map<string, string>();
  for (const { op, output } of graph.nodes) {
    const [reader, ...others] = readers.get(output) ?? [];
    const alone = reader?.op === 'relu' && others.length === 0 && output !== graph.output;
    if ((op === 'conv' || op === 'linear') && alone) fusable.set(output, reader.output);
  }
  return fusable;
}
