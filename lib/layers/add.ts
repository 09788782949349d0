import type { Shape } from '../device/index.js';
import { sameShape, shapeError, weightless, type Layer } from './layer.js';

/** The sum of two or more inputs of one shape, from left to right. */
export function add(options: { readonly name: string }): Layer {
  function outputShape(inputs: readonly Shape[]): Shape {
    const [first, ...others] = inputs;
    if (first && others.length > 0 && others.every((x) => sameShape(x, first))) return first;
    throw shapeError(`add "${options.name}"`, 'two or more arrays of one shape', inputs);
  }

  return weightless(outputShape, async (device, inputs) => ({
    xs: inputs.map(() => inputs[0]!),
    y: inputs[0]!,
    dead: 'inherited',
    forward: ([a, b, ...others], y) => {
      device.add(a!, b!, y);
      for (const x of others) device.axpy(1, x, y);
    },
    backward: null,
  }));
}
