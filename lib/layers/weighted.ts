import type { Device, Shape, Tensor, WeightedPlan, Weights } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import type { HostWeight, PlannedLayer } from './layer.js';

/** A weight and its bias on their way to a device: uploaded once, when the first plan asks, and shared by all plans. */
export class LayerWeights {
  #handle: Weights | null = null;

  constructor(
    readonly weight: HostWeight,
    readonly bias: HostWeight | null,
  ) {}

  get parameters(): number {
    return this.weight.data.length + (this.bias?.data.length ?? 0);
  }

  /** Plans are made one after the other, so that nobody calls it while it brings them. */
  async on(device: Device): Promise<Weights> {
    this.#handle ??= await device.weights(this.weight.data, this.weight.shape, this.bias?.data ?? null);
    return this.#handle;
  }

  /** Others of the same shapes in their stead, on the device alone. */
  async update(device: Device, weight: Float32Array, bias: Float32Array | null): Promise<void> {
    const handle = await this.on(device);
    const tensors: Tensor<'float32'>[] = [];
    const upload = (values: Float32Array, shape: Shape) => {
      const tensor = device.tensor(shape, 'float32');
      tensors.push(tensor);
      tensor.write(values);
      return tensor;
    };
    try {
      handle.update(upload(weight, this.weight.shape), bias && upload(bias, [bias.length]));
    } finally {
      for (const tensor of tensors) tensor.dispose();
    }
  }

  dispose(): void {
    this.#handle?.dispose();
    this.#handle = null;
  }
}

/** Refuses a weight of another rank, or a bias that does not hold one number per output. */
export function checkWeights(layer: string, weight: HostWeight, bias: HostWeight | null, form: Shape | string[]): void {
  if (weight.shape.length !== form.length) {
    throw new DeepInsideError(
      'ERR_SHAPE',
      `${layer}: the weight must be [${form.join(', ')}], got [${weight.shape.join(', ')}]`,
    );
  }
  if (bias && bias.data.length !== weight.shape[0]) {
    const message = `${layer}: the bias must hold ${weight.shape[0]} numbers, one per output, got ${bias.data.length}`;
    throw new DeepInsideError('ERR_SHAPE', message);
  }
}

/**
 * A convolution or matrix as a planned layer.
 *
 * @param x        the shape of its input
 * @param planFor  plans it for an input shape, with the layouts of another plan if there is one
 */
export async function plannedWeighted(
  x: Shape,
  planFor: (x: Shape, other: WeightedPlan | null) => Promise<WeightedPlan>,
  other: WeightedPlan | null = null,
): Promise<PlannedLayer> {
  const plan = await planFor(x, other);
  const [n, ...sides] = x;
  return {
    xs: [{ shape: x, layout: plan.x }],
    y: { shape: plan.output, layout: plan.y },
    takesViews: plan.takesViews,
    masks: 'always',
    forward: ([x], y) => plan.forward(x!, y),
    backward: ({ dy, dxs: [dx], masks: [mask] }) => {
      if (dx) plan.backwardData(dy, dx, mask);
    },
    widened: (m) => plannedWeighted([n! * m, ...sides], planFor, plan),
    dispose: () => plan.dispose(),
  };
}
