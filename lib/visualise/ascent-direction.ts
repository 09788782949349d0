import type { Device, Tensor } from '../device/index.js';
import type { AscentSettings } from './class-model-options.js';
import type { AscentTensors } from './ascent-tensors.js';
import { gaussianTaps } from '../image/gaussian.js';

type Images = Tensor<'float32'>;

/** Total variation is smooth where differences are below this, in grey levels. */
const smoothness = 1;

/**
 * The direction that an image goes in, as calls on a gradient: the gradient itself, or what the settings make of it.
 *
 * @param gradient  [n, channels, rows, cols], which the calls may overwrite
 * @param image     what total variation is taken of
 */
export function directionOf(
  tensors: AscentTensors,
  settings: AscentSettings,
  gradient: Images,
  image: Images,
): { readonly direction: Images; readonly calls: () => void } {
  const stages: (() => void)[] = [];
  let direction = gradient;
  if (settings.scales.length > 0) direction = smoothed(tensors, settings.scales, direction, stages);
  if (settings.chroma < 1) direction = desaturated(tensors, settings.chroma, direction, stages);
  if (settings.normalise) direction = normalised(tensors, direction, stages);
  if (settings.totalVariation > 0) lessVariation(tensors, settings.totalVariation, direction, image, stages);
  return {
    direction,
    calls: () => {
      for (const stage of stages) stage();
    },
  };
}

/** The sum of the gradient smoothed at several scales, each of which counts the same (cf. Øygard 2015, Mordvintsev et al. 2015). */
function smoothed(tensors: AscentTensors, scales: readonly number[], from: Images, stages: (() => void)[]): Images {
  const { device, n } = tensors;
  const [sum, between, blurred] = [tensors.images(), tensors.images(), tensors.images()];
  const squares = tensors.floats([n]);
  stages.push(() => device.fill(0, sum));
  for (const scale of scales) {
    const one = scale > 0 ? blurred : from;
    const weights = gaussianTaps(scale);
    const taps = tensors.floats([weights.length], weights);
    stages.push(() => {
      if (scale > 0) blurBoth(device, taps, from, between, blurred);
      device.dot(one, one, squares);
      device.addNormalised(1, squares, one, sum);
    });
  }
  return sum;
}

/** A blur along both axes; `between` is overwritten too. */
export function blurBoth(device: Device, taps: Tensor<'float32'>, from: Images, between: Images, to: Images): void {
  device.blur(from, taps, 'rows', between);
  device.blur(between, taps, 'cols', to);
}

/** Each colour drawn towards the mean of the three. */
function desaturated(tensors: AscentTensors, chroma: number, from: Images, stages: (() => void)[]): Images {
  const channels = from.shape[1]!;
  const mean = (1 - chroma) / channels;
  const matrix = Float32Array.from({ length: channels ** 2 }, (_, i) => mean + (i % (channels + 1) === 0 ? chroma : 0));
  const tensor = tensors.floats([channels, channels], matrix);
  stages.push(() => tensors.device.mixChannels(tensor, from, from));
  return from;
}

/** Divided by its root mean square in each image. */
function normalised(tensors: AscentTensors, from: Images, stages: (() => void)[]): Images {
  const { device, n } = tensors;
  const [to, squares] = [tensors.images(), tensors.floats([n])];
  stages.push(() => {
    device.dot(from, from, squares);
    device.fill(0, to);
    device.addNormalised(1, squares, from, to);
  });
  return to;
}

function lessVariation(
  tensors: AscentTensors,
  weight: number,
  direction: Images,
  image: Images,
  stages: (() => void)[],
): void {
  const { device } = tensors;
  const variation = tensors.images();
  stages.push(() => {
    device.totalVariation(image, smoothness, variation);
    device.axpy(-weight, variation, direction);
  });
}
