import type { GraphNode } from '../formats/graph.js';
import type { ChannelRange, Operand, PlannedLayer } from '../layers/layer.js';

/** A layer that was planned, before its values lie anywhere. */
export interface PlannedNode {
  readonly node: GraphNode;
  readonly planned: PlannedLayer;
  /** The values that it reads: names of what made them, not of what hands them on. */
  readonly inputs: readonly string[];
  /** The name of the value that its tensor holds: of the ReLU that it does itself, or its own. */
  readonly writes: string;
}

/** A range of channels of a concatenation, instead of memory of its own. */
export interface Place extends ChannelRange {
  readonly whole: { readonly name: string } & Operand;
}

/**
 * The values that can lie in a concatenation from the start, so that nothing is copied there: those that nothing else
 * reads, written by a layer that can write to channels of a larger tensor.
 */
export function placesInConcatenations(nodes: readonly PlannedNode[]): ReadonlyMap<string, Place> {
  const reads = new Map<string, number>();
  for (const { inputs } of nodes) for (const name of inputs) reads.set(name, (reads.get(name) ?? 0) + 1);
  const writers = new Map<string, PlannedLayer>();
  for (const { writes, planned } of nodes) if (!writers.has(writes)) writers.set(writes, planned);
  const places = new Map<string, Place>();
  for (const { planned, inputs, node } of nodes) {
    planned.parts?.forEach((range, i) => {
      const name = inputs[i]!;
      if (reads.get(name) !== 1 || !writers.get(name)?.takesViews) return;
      places.set(name, { ...range, whole: { ...planned.y, name: node.output } });
    });
  }
  return places;
}
