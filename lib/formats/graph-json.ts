import type { Graph, GraphNode, Padding, PixelPair } from './graph.js';
import { integerFrom, list, number, oneOf, orNull, record, text, tuple, type Field } from './json-fields.js';

type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };
type Own<N> = Omit<N, 'op' | 'name' | 'inputs' | 'output'>;
type NodeOf<O extends GraphNode['op']> = Extract<GraphNode, { readonly op: O }>;

const pair = tuple<number, PixelPair>(2, integerFrom(1));
const padding = tuple<number, Padding>(4, integerFrom(0));
const pool = { kernel: pair, stride: pair, pad: padding, rounding: oneOf('floor', 'ceil') };

/** What each kind of node holds besides its name, inputs and output. */
const ownFields: { readonly [O in GraphNode['op']]: Fields<Own<NodeOf<O>>> } = {
  conv: { weight: text, bias: orNull(text), stride: pair, pad: padding, dilation: pair, groups: integerFrom(1) },
  linear: { weight: text, bias: orNull(text) },
  maxPool: pool,
  averagePool: { ...pool, divisor: oneOf('inside', 'padded') },
  globalAveragePool: {},
  lrn: { size: integerFrom(1), alpha: number, beta: number, k: number },
  scaleShift: { scale: text, shift: orNull(text) },
  dropout: { rate: number },
  relu: {},
  add: {},
  concat: {},
  flatten: {},
  softmax: {},
};

const ops = Object.keys(ownFields) as GraphNode['op'][];
const kind = record<{ op: GraphNode['op'] }>({ op: oneOf(...ops) });

const node: Field<GraphNode> = (where, what, value) => {
  const { op } = kind(where, what, value);
  const common = { op: oneOf(op), name: text, inputs: list(text), output: text };
  return record({ ...common, ...ownFields[op] })(where, what, value) as GraphNode;
};

/** A graph out of parsed JSON: every field has its type and range; that it hangs together is `checkGraph`'s. */
export const graphField: Field<Graph> = record<Graph>({
  input: record<Graph['input']>({ name: text, shape: tuple(3, integerFrom(1)) }),
  nodes: list(node),
  output: text,
});
