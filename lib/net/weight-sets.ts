import type { Graph, GraphNode } from '../formats/graph.js';

/** A node with weights, and under which names these are kept. */
export interface WeightedNode {
  readonly name: string;
  readonly weight: string;
  readonly bias: string | null;
}

/** Nodes that share their weights, last one first; most are alone. */
export type WeightSet = readonly [WeightedNode, ...WeightedNode[]];

/** The learnt weights of a graph from the top downwards: from those nearest to the scores to those nearest to the input. */
export function weightSets({ nodes }: Graph): WeightSet[] {
  const sets = new Map<string, [WeightedNode, ...WeightedNode[]]>();
  for (const node of [...nodes].reverse()) {
    const weighted = weightedNode(node);
    if (!weighted) continue;
    const known = sets.get(weighted.weight);
    if (known) known.push(weighted);
    else sets.set(weighted.weight, [weighted]);
  }
  return [...sets.values()];
}

function weightedNode(node: GraphNode): WeightedNode | null {
  const { name } = node;
  if (node.op === 'conv' || node.op === 'linear') return { name, weight: node.weight, bias: node.bias };
  return node.op === 'scaleShift' ? { name, weight: node.scale, bias: node.shift } : null;
}
