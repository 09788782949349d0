import type { Shape } from '../device/index.js';
import { kept, sameShape, shapeError, weightless, type Layer } from './layer.js';

/** Joins its inputs along channels. */
export function concat(options: { readonly name: string }): Layer {
  function outputShape(inputs: readonly Shape[]): Shape {
    const [first] = inputs;
    const withoutChannels = (x: Shape) => [x[0]!, ...x.slice(2)];
    if (!first || first.length < 2 || !inputs.every((x) => sameShape(withoutChannels(x), withoutChannels(first)))) {
      throw shapeError(`concat "${options.name}"`, 'arrays that differ in channels alone', inputs);
    }
    const channels = inputs.reduce((sum, x) => sum + x[1]!, 0);
    return [first[0]!, channels, ...first.slice(2)];
  }

  return weightless(outputShape, async (device, inputs) => ({
    xs: inputs,
    y: { shape: outputShape(inputs.map(({ shape }) => shape)), layout: inputs[0]!.layout },
    backwardWhole: true,
    dead: 'inherited',
    masks: 'inherited',
    forward: (xs, y) => device.concat(xs, y),
    backward: ({ dy, dxs }) => device.split(dy, dxs.map(kept)),
  }));
}
