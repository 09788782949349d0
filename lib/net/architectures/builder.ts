import type { Graph, GraphNode, Padding } from '../../formats/graph.js';
import type { PreprocessingOptions } from '../preprocessing.js';

/** A network without its weights. */
export interface Architecture {
  readonly graph: Graph;
  /** The shape of every weight and bias, by name. */
  readonly weightShapes: ReadonlyMap<string, readonly number[]>;
  readonly preprocessing: 'torchvision' | 'caffe' | PreprocessingOptions;
  /** Other names under which weight files in circulation hold these weights: ours to theirs. */
  readonly aliases?: ReadonlyMap<string, string>;
}

export interface WindowOptions {
  readonly kernel: number;
  readonly stride?: number;
  /** On all sides, or [top, left, bottom, right]. */
  readonly pad?: number | Padding;
}

/** Writes a graph node by node; each method adds one and returns its value, and weights are named after their node. */
export class Builder {
  readonly weightShapes = new Map<string, readonly number[]>();
  readonly #nodes: GraphNode[] = [];
  readonly #channels = new Map<string, number>();

  constructor(readonly input: Graph['input']) {
    this.#channels.set(input.name, input.shape[0]);
  }

  conv(name: string, x: string, filters: number, { kernel, stride = 1, pad = 0 }: WindowOptions): string {
    const weights = this.#weights(name, [filters, this.#channels.get(x)!, kernel, kernel]);
    const window = { stride: [stride, stride], pad: allSides(pad), dilation: [1, 1], groups: 1 } as const;
    return this.#add({ op: 'conv', name, inputs: [x], output: name, ...weights, ...window }, filters);
  }

  /** `features` is what x holds for one image. */
  linear(name: string, x: string, features: number, outputs: number): string {
    const weights = this.#weights(name, [outputs, features]);
    return this.#add({ op: 'linear', name, inputs: [x], output: name, ...weights }, outputs);
  }

  maxPool(name: string, x: string, window: WindowOptions & { readonly rounding?: 'floor' | 'ceil' }): string {
    const { kernel, stride = 1, pad = 0, rounding = 'floor' } = window;
    const geometry = { kernel: [kernel, kernel], stride: [stride, stride], pad: allSides(pad), rounding } as const;
    return this.#add({ op: 'maxPool', name, inputs: [x], output: name, ...geometry }, this.#channels.get(x)!);
  }

  lrn(name: string, x: string, options: { size: number; alpha: number; beta: number; k: number }): string {
    return this.#add({ op: 'lrn', name, inputs: [x], output: name, ...options }, this.#channels.get(x)!);
  }

  relu(name: string, x: string): string {
    return this.#add({ op: 'relu', name, inputs: [x], output: name }, this.#channels.get(x)!);
  }

  dropout(name: string, x: string): string {
    return this.#add({ op: 'dropout', name, inputs: [x], output: name, rate: 0.5 }, this.#channels.get(x)!);
  }

  concat(name: string, xs: readonly string[]): string {
    const channels = xs.reduce((sum, x) => sum + this.#channels.get(x)!, 0);
    return this.#add({ op: 'concat', name, inputs: xs, output: name }, channels);
  }

  globalAveragePool(name: string, x: string): string {
    return this.#add({ op: 'globalAveragePool', name, inputs: [x], output: name }, this.#channels.get(x)!);
  }

  graph(output: string): Graph {
    return { input: this.input, nodes: this.#nodes, output };
  }

  #add(node: GraphNode, channels: number): string {
    this.#nodes.push(node);
    this.#channels.set(node.output, channels);
    return node.output;
  }

  #weights(node: string, shape: readonly number[]): { readonly weight: string; readonly bias: string } {
    const stem = node.replaceAll('/', '.');
    const [weight, bias] = [`${stem}.weight`, `${stem}.bias`];
    this.weightShapes.set(weight, shape).set(bias, [shape[0]!]);
    return { weight, bias };
  }
}

function allSides(pad: number | Padding): Padding {
  return typeof pad === 'number' ? [pad, pad, pad, pad] : pad;
}
