import { producersOf } from '../graph-order.js';
import type { OnnxOp } from './op.js';

const softmaxes = ['Softmax', 'LogSoftmax'];
/** What may stand between a soft-max and the output without changing a number. */
const passages = ['Identity', 'Flatten', 'Reshape', 'Squeeze', 'Cast'];

/**
 * The soft-max that ends the network, if one does; the graph has no cycle.
 * Choice: posteriors are a soft-max away from the scores, the scores cannot be had from posteriors, and the paper
 * (Sect. 2) takes the scores; so a trailing soft-max or log-soft-max is cut off.
 */
export function trailingSoftmax(where: string, ops: readonly OnnxOp[], output: string): OnnxOp | null {
  const producers = producersOf(where, ops);
  let op = producers.get(output);
  while (op && passages.includes(op.type)) op = producers.get(op.inputs[0] ?? '');
  return op && softmaxes.includes(op.type) ? op : null;
}
