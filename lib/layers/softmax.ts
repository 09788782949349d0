import type { Shape } from '../device/index.js';
import { dense, kept, rowsOf, shapeError, weightless, type Layer } from './layer.js';

/** P_c = exp S_c / sum over c of exp S_c (Sect. 2), over [n, features]. */
export function softmax(options: { readonly name: string }): Layer {
  const layer = `soft-max "${options.name}"`;

  function outputShape(inputs: readonly Shape[]): Shape {
    const [n, features] = rowsOf(layer, inputs);
    if (inputs[0]![1] === features) return [n, features];
    throw shapeError(layer, '[n, features] or [n, features, 1, 1]', inputs);
  }

  return weightless(outputShape, async (device, [input]) => {
    const rows = { shape: outputShape([input!.shape]), layout: dense };
    return {
      xs: [rows],
      y: rows,
      forward: ([x], y) => device.softmax(x!, y),
      backward: ({ y, dy, dxs: [dx] }) => {
        if (dx) device.softmaxBackward(kept(y), dy, dx);
      },
    };
  });
}
