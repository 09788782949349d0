import type { Shape } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import type { Graph } from '../formats/graph.js';
import type { Layers } from './layer-of.js';

/** The shape of every value for `n` inputs; throws ERR_SHAPE where two layers do not fit. */
export function inferShapes(graph: Graph, layers: Layers, n: number): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>([[graph.input.name, [n, ...graph.input.shape]]]);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name)!);
    const layer = layers.get(node.name);
    shapes.set(node.output, layer ? layer.outputShape(inputs) : inputs[0]!);
  }
  return shapes;
}

/** The number of classes; throws ERR_SHAPE where the graph's output is no row of scores. */
export function classCount(graph: Graph, shapes: ReadonlyMap<string, Shape>): number {
  const shape = shapes.get(graph.output)!;
  if (shape.slice(2).every((side) => side === 1)) return shape[1]!;
  const came = `[${shape.join(', ')}]`;
  throw new DeepInsideError('ERR_SHAPE', `network: the output "${graph.output}" must be [n, classes], got ${came}`);
}
