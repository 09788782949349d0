import type { Shape } from '../device/index.js';
import { rowsOf, shapeError, type HostWeight, type Layer } from './layer.js';
import { checkWeights, LayerWeights, plannedWeighted } from './weighted.js';

export interface LinearOptions {
  readonly name: string;
  /** [outputs, features]. */
  readonly weight: HostWeight;
  readonly bias: HostWeight | null;
}

/** y = w x + b for each row; an input [n, channels, rows, cols] is flattened first, in that order. */
export function linear(options: LinearOptions): Layer {
  const layer = `linear "${options.name}"`;
  checkWeights(layer, options.weight, options.bias, ['outputs', 'features']);
  const weights = new LayerWeights(options.weight, options.bias);
  const [outputs, features] = options.weight.shape as [number, number];

  function outputShape(inputs: readonly Shape[]): Shape {
    const [n, came] = rowsOf(layer, inputs);
    if (came === features) return [n, outputs];
    const expected = `of ${features} features, as its weights [${outputs}, ${features}] are`;
    throw shapeError(layer, expected, inputs, `that is ${came} features`);
  }

  return {
    parameters: weights.parameters,
    fusesRelu: true,
    outputShape,
    flops: (inputs) => 2 * rowsOf(layer, inputs)[0] * outputs * features,
    async plan(device, [input], activation) {
      const options = { weights: await weights.on(device), activation };
      return plannedWeighted(rowsOf(layer, [input!.shape]), (x) => device.planLinear({ ...options, x }));
    },
    update: (device, weight, bias) => weights.update(device, weight, bias),
    dispose: () => weights.dispose(),
  };
}
