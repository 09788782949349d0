import type { Conv2dOptions, ConvolutionAlgorithm, Device, Recording, Shape } from '../device/index.js';
import { elements } from '../ndarray.js';
import type { Turn } from './turn.js';

/** Milliseconds of a replay, for each direction. */
export interface Times {
  readonly forward: number;
  readonly backwardData: number;
}

/** Each direction is timed this often, in replays that take this long, and the shortest time counts. */
const rounds = 3;
const milliseconds = 2;
/** After this long no further round begins. */
const mostMilliseconds = 15;
/** What took so many times the shortest, with cold caches or once warm, is not timed again. */
const hopeless = { cold: 4, warm: 1.5 };

/**
 * Times an algorithm on numbers like those that it will get.
 *
 * @param shortest  of the algorithms before; what is far slower is timed once or twice
 * @returns         Infinity for what there was no time for
 */
export async function timesOf(
  device: Device,
  options: Conv2dOptions,
  algorithm: ConvolutionAlgorithm,
  shortest: Times,
  turn: Turn,
): Promise<Times> {
  const plan = await device.planConv2d({ ...options, forward: algorithm, backwardData: algorithm });
  const x = device.tensor(options.x, 'float32', plan.x);
  const y = device.tensor(plan.output, 'float32', plan.y);
  const replays = (run: () => void, limit: number) => timeOf(device, device.capture(run, options.strands), limit, turn);
  try {
    x.write(varied(options.x));
    const forward = await replays(() => plan.forward(x, y), shortest.forward);
    y.write(options.dy === 'one channel' ? ofOneChannel(plan.output) : varied(plan.output));
    return { forward, backwardData: await replays(() => plan.backwardData(y, x), shortest.backwardData) };
  } finally {
    for (const handle of [x, y, plan]) handle.dispose();
  }
}

/** Prime, so that rows and channels do not begin alike. */
const period = 8191;

/** Different numbers side by side: equal ones may take another path. */
function varied(shape: Shape): Float32Array {
  const values = new Float32Array(elements(shape));
  values.set(Float32Array.from({ length: Math.min(period, values.length) }, (_, i) => Math.sin(i) + 0.5));
  for (let done = period; done < values.length; done *= 2) values.copyWithin(done, 0, values.length - done);
  return values;
}

/** Kernels may skip what is 0, and the image's first channel stands for any. */
function ofOneChannel(shape: Shape): Float32Array {
  const [, channels, rows, cols] = shape as [number, number, number, number];
  const [values, area] = [varied(shape), rows * cols];
  for (let at = 0; at < values.length; at += channels * area) values.fill(0, at + area, at + channels * area);
  return values;
}

/** Milliseconds of one replay; disposes of the recording. */
async function timeOf(device: Device, recording: Recording, limit: number, turn: Turn): Promise<number> {
  const replayed = async (times: number) => {
    if (!turn.hasTime()) return Infinity;
    const start = performance.now();
    recording.replay(times);
    await device.sync();
    return (performance.now() - start) / times;
  };
  try {
    const cold = await replayed(1);
    if (cold > hopeless.cold * limit) return cold;
    let shortest = await replayed(1);
    if (shortest > hopeless.warm * limit) return shortest;
    const times = Math.min(100, Math.ceil(milliseconds / shortest));
    const end = performance.now() + mostMilliseconds - shortest;
    for (let round = 0; round < rounds && performance.now() < end; round++) {
      shortest = Math.min(shortest, await replayed(times));
    }
    return shortest;
  } finally {
    recording.dispose();
  }
}
