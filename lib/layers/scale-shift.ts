import type { Device, Shape, Tensor } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import { only, shapeError, type HostWeight, type Layer } from './layer.js';

export interface ScaleShiftOptions {
  readonly name: string;
  /** One number per channel. */
  readonly scale: HostWeight;
  readonly shift: HostWeight | null;
}

/** y[c] = scale[c] * x[c] + shift[c]: batch normalisation in inference form. */
export function scaleShift(options: ScaleShiftOptions): Layer {
  const layer = `scale "${options.name}"`;
  const channels = options.scale.data.length;
  if (options.shift && options.shift.data.length !== channels) {
    const message = `${layer}: the shift must hold ${channels} numbers, as the scale does, got ${options.shift.data.length}`;
    throw new DeepInsideError('ERR_SHAPE', message);
  }
  const scale = perChannel(options.scale);
  const shift = options.shift && perChannel(options.shift);

  function outputShape(inputs: readonly Shape[]): Shape {
    const x = only(layer, inputs);
    if (x[1] === channels) return x;
    throw shapeError(layer, `of ${channels} channels`, inputs);
  }

  return {
    parameters: channels + (options.shift?.data.length ?? 0),
    fusesRelu: false,
    outputShape,
    flops: () => 0,
    async plan(device, [x]) {
      const [a, b] = [scale.on(device), shift?.on(device) ?? null];
      return {
        xs: [x!],
        y: x!,
        backwardInPlace: true,
        forward: ([x], y) => device.scaleShift(x!, a, b, y),
        backward: ({ dy, dxs: [dx] }) => {
          if (dx) device.scaleShift(dy, a, null, dx);
        },
      };
    },
    update(device, weight, bias) {
      scale.on(device).write(weight);
      if (bias) shift?.on(device).write(bias);
      return Promise.resolve();
    },
    dispose: () => [scale, shift].forEach((values) => values?.dispose()),
  };
}

/** A tensor [channels], uploaded once, when the first plan asks. */
function perChannel(values: HostWeight) {
  let tensor: Tensor<'float32'> | null = null;
  return {
    on(device: Device): Tensor<'float32'> {
      if (tensor) return tensor;
      const made = device.tensor([values.data.length], 'float32');
      made.write(values.data);
      return (tensor = made);
    },
    dispose(): void {
      tensor?.dispose();
      tensor = null;
    },
  };
}
