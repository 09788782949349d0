import type { Shape } from '../device/index.js';
import type { Graph } from '../formats/graph.js';
import type { Layer } from '../layers/layer.js';

/** One node of the network, as `net.layers` tells it. */
export interface LayerDescription {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Of the output for one image, without the batch. */
  readonly shape: Shape;
  /** Learnt numbers. */
  readonly parameters: number;
  /** Of the forward pass for one image; a multiply-add counts as two. */
  readonly flops: number;
}

/**
 * @param layer   what runs the node, if it is more than an alias
 * @param shapes  of every value, for a batch of one
 */
export function describeLayer(
  { name, op, inputs, output }: Graph['nodes'][number],
  layer: Layer | undefined,
  shapes: ReadonlyMap<string, Shape>,
): LayerDescription {
  const cost = {
    parameters: layer?.parameters ?? 0,
    flops: layer?.flops(inputs.map((input) => shapes.get(input)!)) ?? 0,
  };
  return { name, op, inputs, output, shape: shapes.get(output)!.slice(1), ...cost };
}
