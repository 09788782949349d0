import type { AveragePoolOptions, Device, Pad, Pair, Shape } from '../device/index.js';
import { planes, weightless, type Layer, type PlannedLayer } from './layer.js';
import { poolWindows } from './window.js';

export interface AveragePoolLayerOptions {
  readonly name: string;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Pad;
  readonly rounding: 'floor' | 'ceil';
  /** Divide by the window's pixels inside the input, or inside the padded input. */
  readonly divisor: 'inside' | 'padded';
}

/** The mean of each window. */
export function averagePool(options: AveragePoolLayerOptions): Layer {
  const { kernel, stride, pad, divisor } = options;
  const layer = `average pool "${options.name}"`;

  function outputShape(inputs: readonly Shape[]): Shape {
    const x = planes(layer, inputs);
    return [x[0], x[1], ...poolWindows(layer, x, options)];
  }

  return weightless(outputShape, (device, [input]) => {
    const { shape, layout } = input!;
    const output = poolWindows(layer, planes(layer, [shape]), options);
    return planned(device, { x: shape, layout, kernel, stride, pad, output, divisor });
  });
}

/** The mean of each plane: [n, c, h, w] -> [n, c, 1, 1]. */
export function globalAveragePool(options: { readonly name: string }): Layer {
  const layer = `global average pool "${options.name}"`;
  return weightless(
    (inputs) => [...planes(layer, inputs).slice(0, 2), 1, 1],
    (device, [input]) => {
      const { shape, layout } = input!;
      const [, , rows, cols] = planes(layer, [shape]);
      const whole = { kernel: [rows, cols], stride: [1, 1], pad: [0, 0, 0, 0], output: [1, 1] } as const;
      return planned(device, { x: shape, layout, ...whole, divisor: 'inside' });
    },
  );
}

async function planned(device: Device, options: AveragePoolOptions): Promise<PlannedLayer> {
  const plan = await device.planAveragePool(options);
  return {
    xs: [{ shape: options.x, layout: plan.x }],
    y: { shape: plan.output, layout: plan.y },
    dead: 'inherited',
    forward: ([x], y) => plan.forward(x!, y),
    backward: ({ dy, dxs: [dx] }) => {
      if (dx) plan.backward(dy, dx);
    },
    dispose: () => plan.dispose(),
  };
}
