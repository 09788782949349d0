import type { Image } from '../ndarray.js';
import type { Ascent, Reading } from './ascent.js';
import type { AscentSettings } from './class-model-options.js';
import { stateOf, type AscentState } from './class-model-result.js';
import type { Pixels } from './pixels.js';

export interface Climb {
  readonly settings: AscentSettings;
  /** After how many steps each an image is kept, or null. */
  readonly snapshots: number | null;
  readonly pixels: Pixels;
  readonly signal: AbortSignal | undefined;
  /** Tells that so many steps are done. */
  report(step: number): Promise<void>;
}

/** What was seen on the way, for each image. */
export interface Trail {
  /** Before each step. */
  readonly history: readonly AscentState[][];
  readonly snapshots: readonly { step: number; image: Image }[][];
  /** Where the first gradient was 0: these have not moved, and nothing was seen. */
  readonly zero: readonly boolean[];
}

/** Steps that the device has been given and that have not been heard of: one that runs and one that waits. */
const ahead = 2;

/** Makes all steps of n images, but leaves those whose first gradient is 0 as they are. */
export async function climb(ascent: Ascent, n: number, call: Climb): Promise<Trail> {
  const { settings, snapshots, signal } = call;
  ascent.measure();
  const trail = {
    history: lists<AscentState>(n),
    snapshots: lists<Trail['snapshots'][0][0]>(n),
    zero: [] as boolean[],
  };
  trail.zero = parts(await ascent.gradient.read(), n).map((part) => part.every((one) => one === 0));
  if (trail.zero.every(Boolean)) {
    await call.report(settings.steps);
    return trail;
  }
  const starts = trail.zero.some(Boolean) ? await ascent.image.read() : null;
  const underWay: Reading[] = [];
  const finish = async (step: number) => {
    signal?.throwIfAborted();
    await note(underWay.shift()!, step, trail, settings);
    await call.report(step + 1);
  };
  for (let step = 0; step < settings.steps; step++) {
    underWay.push(ascent.step(step));
    if (snapshots !== null && (step + 1) % snapshots === 0) await keep(ascent, step + 1, trail, call);
    if (underWay.length > ahead) await finish(step - ahead);
  }
  for (let step = settings.steps - underWay.length; step < settings.steps; step++) await finish(step);
  if (starts) await putBack(ascent, starts, trail.zero);
  return trail;
}

function lists<T>(n: number): T[][] {
  return Array.from({ length: n }, () => []);
}

/** Each image's part. */
function parts(all: Float32Array, n: number): Float32Array[] {
  const size = all.length / n;
  return Array.from({ length: n }, (_, i) => all.subarray(i * size, (i + 1) * size));
}

async function note(reading: Reading, step: number, { history, zero }: Trail, { lambda }: AscentSettings) {
  const [scores, squares] = await Promise.all([reading.scores, reading.squares]);
  for (const [i, states] of history.entries()) {
    if (zero[i]) continue;
    states.push(stateOf(step, scores[i]!, squares[i]!, lambda));
  }
}

async function keep({ image }: Ascent, step: number, { snapshots, zero }: Trail, { pixels }: Climb): Promise<void> {
  const images = parts(await image.read(), snapshots.length);
  for (const [i, kept] of snapshots.entries()) {
    if (!zero[i]) kept.push({ step, image: pixels.picture(pixels.pixels(images[i]!)) });
  }
}

/** Noise, jitter and decay have moved them too. */
async function putBack({ image }: Ascent, starts: Float32Array, zero: readonly boolean[]): Promise<void> {
  const images = await image.read();
  const from = parts(starts, zero.length);
  for (const [i, to] of parts(images, zero.length).entries()) if (zero[i]) to.set(from[i]!);
  image.write(images);
}
