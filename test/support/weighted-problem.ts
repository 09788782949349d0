import type {
  Conv2dOptions,
  Device,
  Layout,
  Pad,
  Pair,
  Shape,
  Tensor,
  WeightedPlan,
  Weights,
} from '#lib/device/index.js';
import type { ConvNode, LinearNode } from '#lib/formats/graph.js';
import { Random } from './random.js';
import { backwardConvolution, filterGradient, forwardConvolution } from './reference-convolution.js';
import { count, type Value } from './reference-values.js';

/** Of a convolution, or where x is [n, features] of a linear layer. */
export interface WeightedGeometry {
  readonly x: Shape;
  readonly w: Shape;
  readonly pad?: Pad;
  readonly stride?: Pair;
  readonly dilation?: Pair;
  readonly groups?: number;
}

/** `weight` and `bias` in place of the problem's own. */
type PlanOptions = Partial<Omit<Conv2dOptions, 'x' | 'weights' | 'pad' | 'stride' | 'dilation' | 'groups'>> & {
  readonly weight?: Float32Array;
  readonly bias?: Float32Array;
};

/** A layer with weights that can learn, its numbers, and what float64 makes of them. */
export class WeightedProblem {
  readonly x: Float32Array;
  readonly dy: Float32Array;
  readonly weight: Float32Array;
  readonly bias: Float32Array | null;
  readonly output: Shape;
  readonly #node: ConvNode | LinearNode;

  constructor(
    readonly geometry: WeightedGeometry,
    bias: 'bias' | 'no bias' = 'bias',
    seed = 1,
  ) {
    const random = new Random(seed);
    const { x, w, pad = [0, 0, 0, 0], stride = [1, 1], dilation = [1, 1], groups = 1 } = geometry;
    this.x = random.normals(count(x));
    this.weight = random.normals(count(w));
    this.bias = bias === 'bias' ? random.normals(w[0]!) : null;
    const names = { name: 'layer', inputs: ['x'], output: 'y', weight: 'w', bias: this.bias && 'b' };
    this.#node = w.length === 2 ? { op: 'linear', ...names } : { op: 'conv', ...names, pad, stride, dilation, groups };
    this.output = this.forward(this.weight).shape;
    this.dy = random.normals(count(this.output));
  }

  /** y with these filters in place of its own. */
  forward(weight: Float32Array): Value {
    return forwardConvolution(this.#node, this.#input, this.#weights(weight));
  }

  /** dx of its dy. */
  backwardData(): Float64Array {
    const [x, y] = [this.#input, this.forward(this.weight)];
    return backwardConvolution(this.#node, x, y, Float64Array.from(this.dy), this.#weights(this.weight));
  }

  get expected() {
    return filterGradient(this.#node, this.#input, Float64Array.from(this.dy), this.#weights(this.weight));
  }

  /** A plan for `backwardFilter` too. */
  async planOn(device: Device, options: PlanOptions = {}): Promise<WeightedPlan> {
    return (await this.layerOn(device, options)).plan;
  }

  /** The same with its weights. */
  async layerOn(device: Device, { weight, bias, ...options }: PlanOptions = {}) {
    const weights = await device.weights(weight ?? this.weight, this.geometry.w, bias ?? this.bias);
    return { weights, plan: await this.planWith(weights, device, options) };
  }

  /** A plan for `backwardFilter` too, unless the options say otherwise. */
  planWith(weights: Weights, device: Device, options: Omit<PlanOptions, 'weight' | 'bias'> = {}) {
    const { x, w, pad = [0, 0, 0, 0], stride = [1, 1], dilation = [1, 1], groups = 1 } = this.geometry;
    const wanted = { x, weights, activation: 'none', backwardFilter: true, ...options } as const;
    return w.length === 2 ? device.planLinear(wanted) : device.planConv2d({ ...wanted, pad, stride, dilation, groups });
  }

  /** What `backwardFilter` takes: x and dy filled, dw and db (null without bias) full of what it overwrites. */
  tensors(device: Device, plan: WeightedPlan) {
    const filled = (shape: Shape, values: Float32Array, layout?: Layout): Tensor<'float32'> => {
      const tensor = device.tensor(shape, 'float32', layout);
      tensor.write(values);
      return tensor;
    };
    const { x, w } = this.geometry;
    return {
      x: filled(x, this.x, plan.x),
      dy: filled(this.output, this.dy, plan.y),
      dw: filled(w, new Float32Array(count(w)).fill(7)),
      db: this.bias && filled([w[0]!], new Float32Array(w[0]!).fill(7)),
    };
  }

  get #input(): Value {
    return { shape: this.geometry.x, data: Float64Array.from(this.x) };
  }

  #weights(weight: Float32Array) {
    const { w } = this.geometry;
    const all = new Map([['w', { shape: w, data: weight }]]);
    if (this.bias) all.set('b', { shape: [w[0]!], data: this.bias });
    return all;
  }
}
