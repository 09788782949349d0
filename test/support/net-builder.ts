import type { ConvNode, Graph, GraphNode, Padding, PixelPair } from '#lib/formats/graph.js';
import type { HostTensor } from '#lib/formats/model.js';
import { Random } from './random.js';

export interface TestNet {
  readonly graph: Graph;
  readonly weights: ReadonlyMap<string, HostTensor>;
}

type ConvGeometry = Partial<Pick<ConvNode, 'stride' | 'pad' | 'dilation' | 'groups'>>;
interface PoolGeometry {
  readonly stride?: PixelPair;
  readonly pad?: Padding;
  readonly rounding?: 'floor' | 'ceil';
}

/** Writes a graph node by node; each node's output has the node's name, weights are random from the seed. */
export class NetBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #weights = new Map<string, HostTensor>();
  readonly #random: Random;
  readonly #shape: readonly [number, number, number];

  constructor(shape: readonly [channels: number, rows: number, cols: number], seed: number) {
    this.#shape = shape;
    this.#random = new Random(seed);
  }

  /** `weight` is [K, C / groups, R, S]; nodes that name the same `weights` share them. */
  conv(name: string, from: string, weight: readonly number[], geometry: ConvGeometry = {}, weights = name): this {
    const defaults = { stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
    const named = this.#weighted(weights, weight);
    return this.node({ op: 'conv', name, inputs: [from], output: name, ...named, ...defaults, ...geometry });
  }

  /** Without a bias it is a linear map. */
  convWithoutBias(name: string, from: string, weight: readonly number[], geometry: ConvGeometry): this {
    this.conv(name, from, weight, geometry);
    return this.node({ ...(this.#nodes.pop() as ConvNode), bias: null });
  }

  /** `weight` is [outputs, features]. */
  linear(name: string, from: string, weight: readonly number[]): this {
    return this.node({ op: 'linear', name, inputs: [from], output: name, ...this.#weighted(name, weight) });
  }

  maxPool(name: string, from: string, kernel: PixelPair, geometry: PoolGeometry = {}): this {
    const defaults = { stride: kernel, pad: [0, 0, 0, 0], rounding: 'floor' } as const;
    return this.node({ op: 'maxPool', name, inputs: [from], output: name, kernel, ...defaults, ...geometry });
  }

  averagePool(name: string, from: string, kernel: PixelPair, geometry: PoolGeometry = {}): this {
    const defaults = { stride: kernel, pad: [0, 0, 0, 0], rounding: 'floor', divisor: 'inside' } as const;
    return this.node({ op: 'averagePool', name, inputs: [from], output: name, kernel, ...defaults, ...geometry });
  }

  lrn(name: string, from: string, size: number): this {
    return this.node({ op: 'lrn', name, inputs: [from], output: name, size, alpha: 0.05, beta: 0.75, k: 2 });
  }

  scaleShift(name: string, from: string, channels: number): this {
    const [scale, shift] = [`${name}.scale`, `${name}.shift`];
    const scales = Float32Array.from({ length: channels }, () => this.#random.uniform(0.5, 1.5));
    this.#weights.set(scale, { shape: [channels], data: scales });
    this.#weights.set(shift, { shape: [channels], data: this.#random.normals(channels, 0.2) });
    return this.node({ op: 'scaleShift', name, inputs: [from], output: name, scale, shift });
  }

  simple(op: 'relu' | 'add' | 'concat' | 'flatten' | 'softmax', name: string, ...inputs: string[]): this {
    return this.node({ op, name, inputs, output: name });
  }

  relu(name: string, from: string): this {
    return this.simple('relu', name, from);
  }

  node(node: GraphNode): this {
    this.#nodes.push(node);
    return this;
  }

  /** Ends with the node written last as the scores. */
  build(): TestNet {
    const output = this.#nodes.at(-1)!.output;
    return { graph: { input: { name: 'x', shape: this.#shape }, nodes: this.#nodes, output }, weights: this.#weights };
  }

  /** Weights keep the variance of what they sum; biases are small. */
  #weighted(name: string, shape: readonly number[]): { weight: string; bias: string } {
    const [weight, bias] = [`${name}.weight`, `${name}.bias`];
    const fanIn = shape.slice(1).reduce((product, side) => product * side, 1);
    if (!this.#weights.has(weight)) {
      this.#weights.set(weight, { shape, data: this.#random.normals(shape[0]! * fanIn, Math.sqrt(2 / fanIn)) });
      this.#weights.set(bias, { shape: [shape[0]!], data: this.#random.normals(shape[0]!, 0.1) });
    }
    return { weight, bias };
  }
}
