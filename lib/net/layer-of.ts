import type { Graph, GraphNode } from '../formats/graph.js';
import type { HostTensor } from '../formats/model.js';
import { add } from '../layers/add.js';
import { averagePool, globalAveragePool } from '../layers/average-pool.js';
import { concat } from '../layers/concat.js';
import { conv } from '../layers/conv.js';
import type { Layer } from '../layers/layer.js';
import { linear } from '../layers/linear.js';
import { lrn } from '../layers/lrn.js';
import { maxPool } from '../layers/max-pool.js';
import { relu } from '../layers/relu.js';
import { flatten } from '../layers/reorder.js';
import { scaleShift } from '../layers/scale-shift.js';
import { softmax } from '../layers/softmax.js';

type Weights = ReadonlyMap<string, HostTensor>;

/** The layer of each node, by node name; none for dropout, which is the identity here. */
export type Layers = ReadonlyMap<string, Layer>;

/** `graph` and `weights` belong together, as the readers have checked. */
export function createLayers(graph: Graph, weights: Weights): Layers {
  const layers = new Map<string, Layer>();
  for (const node of graph.nodes) {
    if (node.op !== 'dropout') layers.set(node.name, layerOf(node, weights));
  }
  return layers;
}

function layerOf(node: Exclude<GraphNode, { op: 'dropout' }>, weights: Weights): Layer {
  const needed = (name: string) => weights.get(name)!;
  const wanted = (name: string | null) => (name === null ? null : needed(name));
  switch (node.op) {
    case 'conv':
      return conv({ ...node, weight: needed(node.weight), bias: wanted(node.bias) });
    case 'linear':
      return linear({ ...node, weight: needed(node.weight), bias: wanted(node.bias) });
    case 'scaleShift':
      return scaleShift({ ...node, scale: needed(node.scale), shift: wanted(node.shift) });
    case 'maxPool':
      return maxPool(node);
    case 'averagePool':
      return averagePool(node);
    case 'globalAveragePool':
      return globalAveragePool(node);
    case 'lrn':
      return lrn(node);
    case 'relu':
      return relu(node);
    case 'add':
      return add(node);
    case 'concat':
      return concat(node);
    case 'flatten':
      return flatten(node);
    case 'softmax':
      return softmax(node);
  }
}
