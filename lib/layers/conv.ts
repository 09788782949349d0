import type { Pad, Pair, Shape } from '../device/index.js';
import { elements } from '../ndarray.js';
import { planes, shapeError, type HostWeight, type Layer } from './layer.js';
import { checkWeights, LayerWeights, plannedWeighted } from './weighted.js';
import { windows } from './window.js';

export interface ConvOptions {
  readonly name: string;
  /** [K, C / groups, R, S]. */
  readonly weight: HostWeight;
  readonly bias: HostWeight | null;
  readonly stride: Pair;
  readonly pad: Pad;
  readonly dilation: Pair;
  readonly groups: number;
}

/** X_{n+1} = X_n * K_n + b: a cross-correlation; backward, the full convolution with the flipped filters (Sect. 4). */
export function conv(options: ConvOptions): Layer {
  const { stride, pad, dilation, groups } = options;
  const layer = `conv "${options.name}"`;
  checkWeights(layer, options.weight, options.bias, ['K', 'C / groups', 'R', 'S']);
  const weights = new LayerWeights(options.weight, options.bias);
  const [k, c, r, s] = options.weight.shape as [number, number, number, number];

  function outputShape(inputs: readonly Shape[]): Shape {
    const x = planes(layer, inputs);
    if (x[1] !== c * groups || k % groups !== 0) {
      const filters = `weights [${[k, c, r, s].join(', ')}] in ${groups} group${groups === 1 ? '' : 's'}`;
      throw shapeError(layer, `[n, ${c * groups}, rows, cols] for ${filters}`, inputs);
    }
    return [x[0], k, ...windows(layer, x, { kernel: [r, s], stride, pad, dilation, rounding: 'floor' })];
  }

  return {
    parameters: weights.parameters,
    fusesRelu: true,
    outputShape,
    flops: (inputs) => 2 * elements(outputShape(inputs)) * c * r * s,
    async plan(device, [input], activation, dy) {
      const geometry = {
        weights: await weights.on(device),
        stride,
        pad,
        dilation,
        groups,
        activation,
        ...(dy && { dy }),
      };
      return plannedWeighted(input!.shape, (x, other) => {
        const layouts = other && { xLayout: other.x, yLayout: other.y };
        return device.planConv2d({ ...geometry, ...layouts, x });
      });
    },
    update: (device, weight, bias) => weights.update(device, weight, bias),
    dispose: () => weights.dispose(),
  };
}
