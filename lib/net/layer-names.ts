import { nearest, shown } from '../check.js';
import { DeepInsideError } from '../errors.js';
import type { Graph } from '../formats/graph.js';

/** The value that a layer's name means: a node's name stands for its output, and an output or the input for itself. */
export function valueNamed(where: string, graph: Graph, name: unknown): string {
  for (const node of graph.nodes) if (node.name === name) return node.output;
  const values = [graph.input.name, ...graph.nodes.map((node) => node.output)];
  if (typeof name === 'string' && values.includes(name)) return name;
  const names = [...new Set([...graph.nodes.map((node) => node.name), ...values])];
  const near = typeof name === 'string' ? nearest(name, names) : [];
  const hint =
    near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'net.layers lists them, and so does deep-inside inspect';
  throw new DeepInsideError(
    'ERR_ARGUMENT',
    `${where}: layer must be one of the network's, got ${shown(name)}; ${hint}`,
  );
}
