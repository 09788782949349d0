import type { Pad, Pair, Shape } from '../device/index.js';
import { planes, weightless, type Layer } from './layer.js';
import { poolWindows } from './window.js';

export interface MaxPoolOptions {
  readonly name: string;
  readonly kernel: Pair;
  readonly stride: Pair;
  /** Counts as minus infinity. */
  readonly pad: Pad;
  readonly rounding: 'floor' | 'ceil';
}

/** X_{n+1}(p) = max over q in window(p) of X_n(q); backward through the recorded switches (Sect. 4). */
export function maxPool(options: MaxPoolOptions): Layer {
  const { kernel, stride, pad } = options;
  const layer = `max pool "${options.name}"`;

  function outputShape(inputs: readonly Shape[]): Shape {
    const x = planes(layer, inputs);
    return [x[0], x[1], ...poolWindows(layer, x, options)];
  }

  return weightless(outputShape, async (device, [input]) => {
    const { shape, layout } = input!;
    const output = poolWindows(layer, planes(layer, [shape]), options);
    const plan = await device.planMaxPool({ x: shape, layout, kernel, stride, pad, output });
    const switches = device.tensor(plan.output, 'int32', plan.y);
    return {
      xs: [{ shape, layout: plan.x }],
      y: { shape: plan.output, layout: plan.y },
      dead: 'inherited',
      masks: 'inherited',
      forward: ([x], y) => plan.forward(x!, y, switches),
      backward: ({ dy, dxs: [dx] }) => {
        if (dx) plan.unpool(dy, switches, dx);
      },
      dispose: () => {
        switches.dispose();
        plan.dispose();
      },
    };
  });
}
