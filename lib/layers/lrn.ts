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

/** What the kernels have room for. */
const largestSize = 31;

/**
 * y = x * (k + alpha / size * sum over `size` neighbouring channels of x^2)^-beta. Backward its derivative, or, by the
 * rule 'identity', nothing at all: Zeiler & Fergus (2014) undo pooling, ReLU and filters, but no normalisation.
 */
export function lrn(options: LrnLayerOptions): Layer {
  const { size, alpha, beta, k } = options;
  const layer = `LRN "${options.name}"`;
  if (!Number.isInteger(size) || size < 1 || size % 2 === 0 || size > largestSize) {
    const message = `${layer}: only odd sizes up to ${largestSize} are supported, got size ${size}`;
    throw new DeepInsideError('ERR_UNSUPPORTED', message);
  }
  return weightless(
    (inputs) => planes(layer, inputs),
    async (device, [input]) => {
      const { shape, layout } = input!;
      const plan = await device.planLrn({ x: shape, layout, size, alpha, beta, k });
      return {
        xs: [{ shape, layout: plan.x }],
        y: { shape: plan.output, layout: plan.y },
        dead: 'inherited',
        masks: 'inherited',
        backwardIsIdle: (rules) => rules.lrn === 'identity',
        forward: ([x], y) => plan.forward(x!, y),
        backward: ({ xs: [x], dy, dxs: [dx] }) => {
          if (dx) plan.backward(kept(x), dy, dx);
        },
        dispose: () => plan.dispose(),
      };
    },
  );
}
