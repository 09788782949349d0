import { shown } from '../../check.js';
import { elements } from '../../ndarray.js';
import type { GraphNode } from '../graph.js';
import type { HostTensor } from '../model.js';
import { unsupportedError } from '../refusal.js';
import type { OnnxOp } from './op.js';
import { emitChannels } from './pick-channels.js';
import type { Constant } from './tensor.js';
import type { Activation, Channels, Value } from './values.js';

/** Elements per image: 4 GiB of float32. */
const largestValue = 2 ** 30;

/** The graph as it grows while ONNX's nodes are translated in order, and what is known of each ONNX value. */
export class Lowering {
  readonly nodes: GraphNode[] = [];
  readonly weights = new Map<string, HostTensor>();
  private readonly values = new Map<string, Value>();
  /** The node of our graph that computes each value. */
  private readonly sources = new Map<string, GraphNode>();
  /** The picked channels that a node of our graph computes by now. */
  private readonly emitted = new Map<Channels, Activation>();

  /**
   * @param where      the path, for messages
   * @param constants  the initialisers, decoded when asked for
   * @param readers    how many nodes (and outputs of the graph) read each value; those that read it under another
   *                   name are added as such names turn up
   * @param names      every name in the file; grows with those that are made up
   */
  constructor(
    private readonly where: string,
    private readonly constants: (name: string) => Constant | undefined,
    private readonly readers: Map<string, number>,
    private readonly names: Set<string>,
  ) {}

  /** `name`, or the first like it that nothing else has. */
  fresh(name: string): string {
    let unique = name;
    for (let count = 2; this.names.has(unique); count++) unique = `${name}.${count}`;
    this.names.add(unique);
    return unique;
  }

  define(name: string, value: Value): void {
    this.values.set(name, value);
    if (value.kind !== 'activation' || value.name === name) return;
    // The node that gives the second name was counted as a reader; in its place come those of that name.
    const count = (of: string) => this.readers.get(of) ?? 0;
    this.readers.set(value.name, count(value.name) - 1 + count(name));
  }

  /** Input `index` of the node, or null where it is left out. */
  optional(op: OnnxOp, index: number): Value | null {
    const name = op.inputs[index];
    if (!name) return null;
    const value = this.values.get(name) ?? this.constants(name);
    if (value) return value;
    throw op.broken(`input ${shown(name)} is neither stored in the file nor an output that a supported node computes`);
  }

  value(op: OnnxOp, index: number): Value {
    const value = this.optional(op, index);
    if (value) return value;
    throw op.broken(`input ${index} is missing; it has ${op.inputs.length}`);
  }

  optionalConstant(op: OnnxOp, index: number, what: string): Constant | null {
    const value = this.optional(op, index);
    if (value === null || value.kind === 'constant') return value;
    throw op.refuse(`its ${what} must be stored in the file, ${shown(op.inputs[index])} is computed from the input`);
  }

  constant(op: OnnxOp, index: number, what: string): Constant {
    this.value(op, index);
    return this.optionalConstant(op, index, what)!;
  }

  activation(op: OnnxOp, index = 0): Activation {
    const value = this.value(op, index);
    if (value.kind === 'activation') return value;
    if (value.kind === 'constant') throw op.refuse(`its input ${shown(op.inputs[index])} is a constant`);
    if (value.kind === 'padded') {
      throw value.by.refuse(
        `only a convolution or an average pool takes in zeros around its input, not ${op.type} ${shown(op.name)}`,
      );
    }
    if (value.squeezed) throw op.refuse(`its input ${shown(op.inputs[index])} has lost its channel axis`);
    return this.joined(value);
  }

  /** An activation [n, channels, rows, cols]. */
  planes(op: OnnxOp, index = 0): Activation {
    const x = this.activation(op, index);
    if (x.shape.length === 4) return x;
    throw op.refuse(`its input must be [n, channels, rows, cols], got ${shown(x.shape)}`);
  }

  /** Picked channels as an activation, the same for all who read them. */
  private joined(value: Channels): Activation {
    const activation = this.emitted.get(value) ?? emitChannels(this, value);
    this.emitted.set(value, activation);
    return activation;
  }

  /** The value that the whole graph computes. */
  result(name: string): Activation {
    const value = this.values.get(name);
    if (value?.kind === 'activation') return value;
    if (value?.kind === 'channels' && !value.squeezed) return this.joined(value);
    throw unsupportedError(
      this.where,
      `the output ${shown(name)} must be computed by a layer, it is ${value?.kind ?? 'missing'}`,
    );
  }

  /** Adds a node to the graph; its output becomes a value of that shape. */
  emit(node: GraphNode, shape: readonly number[]): Activation {
    if (elements(shape.slice(1)) > largestValue) {
      throw unsupportedError(
        this.where,
        `node ${shown(node.name)} (${node.op}) would make ${shown(shape)}, too much for memory`,
      );
    }
    const activation: Activation = { kind: 'activation', name: node.output, shape };
    this.nodes.push(node);
    this.sources.set(node.output, node);
    this.define(node.output, activation);
    return activation;
  }

  /** The node that computes `value`, if one node alone reads that: then the two may become one. */
  soleSource(value: Activation): GraphNode | undefined {
    return this.readers.get(value.name) === 1 ? this.sources.get(value.name) : undefined;
  }

  /** Puts `node`, which comes later in the order, in the place of `old`, whose output nothing else reads. */
  replace(old: GraphNode, node: GraphNode, shape: readonly number[]): void {
    this.nodes.splice(this.nodes.lastIndexOf(old), 1);
    this.emit(node, shape);
  }

  /** Makes a stored constant a weight, under its own name; `shape` may group its elements otherwise. */
  keep(constant: Constant, shape = constant.shape): string {
    const { name } = constant;
    const known = this.weights.get(name);
    if (known && String(known.shape) !== String(shape)) return this.store(name, shape, constant.data);
    if (!known) this.weights.set(name, { shape, data: float32(constant.data) });
    return name;
  }

  /** Makes computed numbers a weight called `name`, or nearly so; returns its name. */
  store(name: string, shape: readonly number[], data: Constant['data']): string {
    const unique = this.fresh(name);
    this.weights.set(unique, { shape, data: float32(data) });
    return unique;
  }
}

function float32(data: Constant['data']): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data);
}
