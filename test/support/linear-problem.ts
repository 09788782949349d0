import type { Device, Shape, Tensor, WeightedPlan } from '#lib/device/index.js';
import type { LinearNode } from '#lib/formats/graph.js';
import { Random } from './random.js';
import { backwardConvolution, forwardConvolution } from './reference-convolution.js';

const node: LinearNode = { op: 'linear', name: 'l', inputs: ['x'], output: 'y', weight: 'w', bias: 'b' };

/** A layer's numbers, and what float64 makes of them. */
export class LinearProblem {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  /** A third of it zeros, and all of the last image. */
  readonly x: Float32Array;

  constructor(
    readonly w: readonly [number, number],
    readonly n: number,
  ) {
    const random = new Random(n);
    this.weight = random.normals(w[0] * w[1]);
    this.bias = random.normals(w[0]);
    this.x = this.sparse(random, n * w[1], 0.67);
    if (n > 1) this.x.fill(0, (n - 1) * w[1]);
  }

  sparse(random: Random, length: number, share: number): Float32Array {
    return random.normals(length).map((value) => (random.uniform() < share ? value : 0));
  }

  async planOn(device: Device, activation: 'none' | 'relu'): Promise<WeightedPlan> {
    const weights = await device.weights(this.weight, this.w, this.bias);
    return device.planLinear({ x: [this.n, this.w[1]], weights, activation });
  }

  get expected(): Float64Array {
    return forwardConvolution(node, this.#input, this.#weights).data;
  }

  gradient(dy: Float32Array): Float64Array {
    const y = { shape: [this.n, this.w[0]], data: new Float64Array(this.n * this.w[0]) };
    return backwardConvolution(node, this.#input, y, Float64Array.from(dy), this.#weights);
  }

  get #input() {
    return { shape: [this.n, this.w[1], 1, 1], data: Float64Array.from(this.x) };
  }

  get #weights() {
    return new Map([
      ['w', { shape: this.w, data: this.weight }],
      ['b', { shape: [this.w[0]], data: this.bias }],
    ]);
  }
}

export function filled(device: Device, shape: Shape, values: Float32Array): Tensor<'float32'> {
  const tensor = device.tensor(shape, 'float32');
  tensor.write(values);
  return tensor;
}

export async function forward(
  device: Device,
  problem: LinearProblem,
  activation: 'none' | 'relu',
): Promise<Float32Array> {
  const plan = await problem.planOn(device, activation);
  const y = device.tensor(plan.output, 'float32');
  device.fill(7, y);
  plan.forward(filled(device, [problem.n, problem.w[1]], problem.x), y);
  return y.read();
}

/** `mask` may have fewer images. */
export async function backward(
  device: Device,
  problem: LinearProblem,
  dy: Float32Array,
  mask: Float32Array | null,
): Promise<Float32Array> {
  const { w, n } = problem;
  const plan = await problem.planOn(device, 'none');
  const dx = device.tensor([n, w[1]], 'float32');
  device.fill(7, dx);
  const masks = mask && filled(device, [mask.length / w[1], w[1]], mask);
  plan.backwardData(filled(device, [n, w[0]], dy), dx, masks);
  return dx.read();
}

/** Where the mask is not above 0 the gradient is 0. */
export function masked(gradient: Float64Array, features: number, mask: Float32Array): Float64Array {
  const gradients = gradient.length / mask.length;
  return gradient.map((value, i) => {
    const [image, feature] = [Math.floor(i / features), i % features];
    return mask[Math.floor(image / gradients) * features + feature]! > 0 ? value : 0;
  });
}
