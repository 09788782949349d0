/**
 * A naive float64 network: plain loops that follow the definitions in lib/formats/graph.ts and share no code with the
 * library. What it computes is checked by hand-made answers, finite differences and PyTorch's numbers.
 */

import type { Graph, GraphNode } from '#lib/formats/graph.js';
import { backwardChannels, forwardChannels } from './reference-channels.js';
import { backwardConvolution, forwardConvolution } from './reference-convolution.js';
import { backwardPooling, forwardPooling } from './reference-pooling.js';
import { count, type ReluRule, type Shape, type Value, type Values, type Weights } from './reference-values.js';

export type { ReluRule, Value, Values, Weights };

/** All values of the graph by name, the input's included; `shape` is [n, channels, rows, cols]. */
export function forward(graph: Graph, weights: Weights, input: Float64Array, shape: Shape): Values {
  if (input.length !== count(shape)) throw new Error(`${input.length} numbers cannot fill [${shape}]`);
  const values = new Map<string, Value>([[graph.input.name, { shape, data: input }]]);
  for (const node of graph.nodes) {
    const xs = node.inputs.map((name) => valueOf(values, name));
    values.set(node.output, forwardNode(node, xs, weights));
  }
  return values;
}

/**
 * d(sum of target * start) / d(value) for the target and every value before it, by name; `rule` acts at every ReLU from
 * the target downwards, its own included, and LRN passes its derivative or, by 'identity', everything. Values that the
 * target does not depend on are absent.
 */
export function backward(
  graph: Graph,
  weights: Weights,
  values: Values,
  target: { readonly value: string; readonly start: Float64Array },
  rule: ReluRule,
  lrn: 'gradient' | 'identity' = 'gradient',
): Map<string, Float64Array> {
  const gradients = new Map([[target.value, target.start.slice()]]);
  const last = graph.nodes.findIndex((node) => node.output === target.value);
  for (const node of graph.nodes.slice(0, last + 1).reverse()) {
    const dy = gradients.get(node.output);
    if (!dy) continue;
    const xs = node.inputs.map((name) => valueOf(values, name));
    const skipped = node.op === 'lrn' && lrn === 'identity';
    const dxs = skipped ? [dy.slice()] : backwardNode(node, xs, valueOf(values, node.output), dy, weights, rule);
    node.inputs.forEach((name, index) => accumulate(gradients, name, dxs[index]!));
  }
  return gradients;
}

function forwardNode(node: GraphNode, xs: readonly Value[], weights: Weights): Value {
  switch (node.op) {
    case 'conv':
    case 'linear':
      return forwardConvolution(node, xs[0]!, weights);
    case 'maxPool':
    case 'averagePool':
    case 'globalAveragePool':
      return forwardPooling(node, xs[0]!);
    default:
      return forwardChannels(node, xs, weights);
  }
}

function backwardNode(
  node: GraphNode,
  xs: readonly Value[],
  y: Value,
  dy: Float64Array,
  weights: Weights,
  rule: ReluRule,
): Float64Array[] {
  switch (node.op) {
    case 'conv':
    case 'linear':
      return [backwardConvolution(node, xs[0]!, y, dy, weights)];
    case 'maxPool':
    case 'averagePool':
    case 'globalAveragePool':
      return [backwardPooling(node, xs[0]!, y, dy)];
    default:
      return backwardChannels(node, xs, y, dy, weights, rule);
  }
}

function accumulate(gradients: Map<string, Float64Array>, name: string, dx: Float64Array): void {
  const sum = gradients.get(name);
  if (sum) dx.forEach((value, i) => (sum[i]! += value));
  else gradients.set(name, dx);
}

function valueOf(values: Values, name: string): Value {
  const value = values.get(name);
  if (!value) throw new Error(`the graph has no value "${name}" at this place`);
  return value;
}
