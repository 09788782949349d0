import type { Device } from '../device/index.js';
import { dense, rowsOf, weightless, type Layer, type Operand, type PlannedLayer } from './layer.js';

/** A copy into another layout, or from [n, c, h, w] to [n, c * h * w]. */
export function reorder(device: Device, x: Operand, y: Operand): PlannedLayer {
  return {
    xs: [x],
    y,
    dead: 'inherited',
    masks: 'inherited',
    forward: ([x], y) => device.reorder(x!, y),
    backward: ({ dy, dxs: [dx] }) => {
      if (dx) device.reorder(dy, dx);
    },
  };
}

/** [n, channels, rows, cols] -> [n, features], in that order. */
export function flatten(options: { readonly name: string }): Layer {
  const outputShape: Layer['outputShape'] = (inputs) => rowsOf(`flatten "${options.name}"`, inputs);
  return weightless(outputShape, async (device, [x]) =>
    reorder(device, x!, { shape: outputShape([x!.shape]), layout: dense }),
  );
}
