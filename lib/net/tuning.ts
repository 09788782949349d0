import {
  buildOf,
  type Conv2dOptions,
  type ConvolutionAlgorithm,
  type Device,
  type Recording,
  type Shape,
  type WeightedPlan,
} from '../device/index.js';
import { elements } from '../ndarray.js';
import { deviceWith } from './device-with.js';
import type { TunedChoice, TuningCache } from './tuning-cache.js';

/** Each direction is timed this often, in replays that take this long, and the shortest time counts. */
const rounds = 3;
const milliseconds = 2;

/**
 * The device, except that a convolution is planned with the algorithms that are fastest here for its shape.
 *
 * @param build  of the native module: another one times anew
 */
export function tuned(device: Device, cache: TuningCache, build = buildOf(device.kind)): Device {
  const keyOf = ({ weights, ...geometry }: Conv2dOptions) =>
    JSON.stringify([build, device.kind, device.name, device.threads, weights.shape, geometry]);
  return deviceWith(device, { planConv2d: (options) => planFastest(device, cache, keyOf(options), options) });
}

async function planFastest(
  device: Device,
  cache: TuningCache,
  key: string,
  options: Conv2dOptions,
): Promise<WeightedPlan> {
  let choice = await cache.get(key);
  if (!choice) await cache.set(key, (choice = await fastest(device, options)));
  return device.planConv2d({ ...options, ...choice });
}

async function fastest(device: Device, options: Conv2dOptions): Promise<TunedChoice> {
  const best = { forward: 'direct', backwardData: 'direct' } as { -readonly [K in keyof TunedChoice]: TunedChoice[K] };
  const shortest = { forward: Infinity, backwardData: Infinity };
  for (const algorithm of candidates(options)) {
    const times = await timesOf(device, options, algorithm);
    for (const direction of ['forward', 'backwardData'] as const) {
      if (times[direction] >= shortest[direction]) continue;
      shortest[direction] = times[direction];
      best[direction] = algorithm;
    }
  }
  return best;
}

/** The algorithms that may fit the shape: others would be planned as 'direct'. */
function candidates({ weights, x, stride }: Conv2dOptions): ConvolutionAlgorithm[] {
  const [rows, cols] = weights.shape.slice(2) as [number, number];
  const unit = stride[0] === 1 && stride[1] === 1;
  const taps = [Math.ceil(rows / stride[0]), Math.ceil(cols / stride[1])] as const;
  const found: ConvolutionAlgorithm[] = ['direct'];
  if (taps[0] === taps[1] && taps[0] >= 3 && taps[0] <= 5) found.push('winograd');
  if (unit && rows === 1 && cols === 1) found.push('pointwise');
  if (x[1]! <= 16) found.push('columns');
  return found;
}

async function timesOf(device: Device, options: Conv2dOptions, algorithm: ConvolutionAlgorithm) {
  const plan = await device.planConv2d({ ...options, forward: algorithm, backwardData: algorithm });
  const x = device.tensor(options.x, 'float32', plan.x);
  const y = device.tensor(plan.output, 'float32', plan.y);
  try {
    x.write(varied(options.x));
    const recordingOf = (run: () => void) => device.capture(run, options.strands);
    const forward = await timeOf(
      device,
      recordingOf(() => plan.forward(x, y)),
    );
    y.write(options.dy === 'one channel' ? ofOneChannel(plan.output) : varied(plan.output));
    return {
      forward,
      backwardData: await timeOf(
        device,
        recordingOf(() => plan.backwardData(y, x)),
      ),
    };
  } finally {
    for (const handle of [x, y, plan]) handle.dispose();
  }
}

/** Different numbers side by side: equal ones may take another path. */
function varied(shape: Shape): Float32Array {
  return Float32Array.from({ length: elements(shape) }, (_, i) => Math.sin(i) + 0.5);
}

/** Kernels may skip what is 0, and the image's first channel stands for any. */
function ofOneChannel(shape: Shape): Float32Array {
  const [, channels, rows, cols] = shape as [number, number, number, number];
  return varied(shape).map((value, i) => (Math.floor(i / (rows * cols)) % channels === 0 ? value : 0));
}

/** Milliseconds of one replay; disposes of the recording. */
async function timeOf(device: Device, recording: Recording): Promise<number> {
  const replayed = async (times: number) => {
    const start = performance.now();
    recording.replay(times);
    await device.sync();
    return (performance.now() - start) / times;
  };
  try {
    await replayed(1);
    const times = Math.min(100, Math.ceil(milliseconds / (await replayed(1))));
    let shortest = Infinity;
    for (let round = 0; round < rounds; round++) shortest = Math.min(shortest, await replayed(times));
    return shortest;
  } finally {
    recording.dispose();
  }
}
