import { DeepInsideError } from '../errors.js';
import { kept, planes, weightless, type Layer } from './layer.js';

export interface LrnLayerOptions {
  readonly name: string;
  /** Odd. */
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

/** y = x * (k + alpha / size * sum over `size` neighbouring channels of x^2)^-beta. */
export function lrn(options: LrnLayerOptions): Layer {
  const { size, alpha, beta, k } = options;
  const layer = `LRN "${options.name}"`;
  if (!Number.isInteger(size) || size < 1 || size % 2 === 0) {
    throw new DeepInsideError('ERR_UNSUPPORTED', `${layer}: only odd sizes are supported, got size ${size}`);
  }
  return weightless(
    (inputs) => planes(layer, inputs),
    async (device, [input]) => {
      const { shape, layout } = input!;
      const plan = await device.planLrn({ x: shape, layout, size, alpha, beta, k });
      return {
        xs: [{ shape, layout: plan.x }],
        y: { shape: plan.output, layout: plan.y },
        forward: ([x], y) => plan.forward(x!, y),
        backward: ({ xs: [x], dy, dxs: [dx] }) => {
          if (dx) plan.backward(kept(x), dy, dx);
        },
        dispose: () => plan.dispose(),
      };
    },
  );
}
