import {
  buildOf,
  type Conv2dOptions,
  type ConvolutionAlgorithm,
  type Device,
  type DeviceKind,
  type WeightedPlan,
} from '../device/index.js';
import { deviceWith } from './device-with.js';
import { timesOf } from './timing.js';
import type { TunedChoice, TuningCache } from './tuning-cache.js';
import { Turn } from './turn.js';

/**
 * The device, except that a convolution is planned with the algorithms that are fastest here for its shape.
 *
 * @param turn   of the network: where its call was aborted, planning rejects, and where it has no time, convolutions that
 *               were not timed yet are planned as untuned ones; what has been found is kept
 * @param build  of the native module: another one times anew
 */
export function tuned(device: Device, cache: TuningCache, turn = new Turn(), build = buildOf(device.kind)): Device {
  const keyOf = ({ weights, ...geometry }: Conv2dOptions) =>
    JSON.stringify([build, device.kind, device.name, device.threads, weights.shape, geometry]);
  const planConv2d = async (options: Conv2dOptions): Promise<WeightedPlan> => {
    const key = keyOf(options);
    let choice = await cache.get(key);
    if (!choice) {
      choice = await fastest(device, options, turn);
      if (choice) await cache.set(key, choice);
    }
    return device.planConv2d({ ...options, ...choice });
  };
  return deviceWith(device, { planConv2d });
}

/** Undefined where there is no time to find out. */
async function fastest(device: Device, options: Conv2dOptions, turn: Turn): Promise<TunedChoice | undefined> {
  const best = { forward: 'direct', backwardData: 'direct' } as { -readonly [K in keyof TunedChoice]: TunedChoice[K] };
  const shortest = { forward: Infinity, backwardData: Infinity };
  const found = candidates(device.kind, options);
  if (found.length === 1) return best;
  for (const algorithm of found) {
    if (!turn.hasTime()) return undefined;
    const times = await timesOf(device, options, algorithm, shortest, turn);
    for (const direction of ['forward', 'backwardData'] as const) {
      if (times[direction] >= shortest[direction]) continue;
      shortest[direction] = times[direction];
      best[direction] = algorithm;
    }
  }
  return turn.hasTime() ? best : undefined;
}

/** The algorithms that the device has and that may fit the shape: others would be planned as 'direct'. */
function candidates(kind: DeviceKind, { weights, x, stride, precision }: Conv2dOptions): ConvolutionAlgorithm[] {
  const [rows, cols] = weights.shape.slice(2) as [number, number];
  const unit = stride[0] === 1 && stride[1] === 1;
  const taps = [Math.ceil(rows / stride[0]), Math.ceil(cols / stride[1])] as const;
  const found: ConvolutionAlgorithm[] = ['direct'];
  if (kind === 'cuda') {
    // cuDNN's, for convolutions of stride 1. What rounds products has a way of its own.
    if (unit && rows === cols && (rows === 3 || rows === 5) && (precision ?? 'float32') === 'float32')
      found.push('winograd');
    return found;
  }
  if (taps[0] === taps[1] && taps[0] >= 3 && taps[0] <= 5) found.push('winograd');
  if (unit && rows === 1 && cols === 1) found.push('pointwise');
  if (x[1]! <= 16) found.push('columns');
  return found;
}
