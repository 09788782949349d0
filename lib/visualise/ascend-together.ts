import { DeepInsideError } from '../errors.js';
import { untilAborted } from '../net/call.js';
import type { Network } from '../net/network.js';
import { batchOf } from '../net/batch.js';
import type { Pass } from '../net/pass.js';
import { checkScores } from '../net/predictions.js';
import { elements, zeros, type Image } from '../ndarray.js';
import { Ascent, type Reading } from './ascent.js';
import type { AscentStart, ResolvedAscent } from './ascent-target.js';
import type { AscentSettings } from './class-model-options.js';
import { identityOf, stateOf, stationarityOf, type AscentState, type ClassModel } from './class-model-result.js';
import type { Pixels } from './pixels.js';

const where = 'classModel';

/** One image that is to ascend. */
export interface Model {
  readonly target: ResolvedAscent;
  readonly seed: number;
}

export interface AscentCall {
  readonly settings: AscentSettings;
  /** After how many steps each an image is kept, or null. */
  readonly snapshots: number | null;
  readonly pixels: Pixels;
  readonly signal: AbortSignal | undefined;
  /** Tells that so many steps are done. */
  report(step: number): Promise<void>;
}

/** Steps that the device has been given and that have not been heard of: one that runs and one that waits. */
const ahead = 2;

/** Models of one target, or of a class each, as one batch. */
export async function ascendTogether(net: Network, models: readonly Model[], call: AscentCall): Promise<ClassModel[]> {
  const { settings, signal } = call;
  const n = models.length;
  const start = startOf(models);
  const score = models[0]!.target.ofClasses ? settings.score : 'class';
  const source = 'energyOf' in start ? [start.energyOf] : 'value' in start ? [start.value] : [];
  const inputs = zeros(where, n * elements(net.inputShape));
  return net.withPass({ n, score, inputs, signal, read: source }, async (pass) => {
    const seeds = models.map(({ seed }) => seed);
    const ascent = new Ascent(pass, { settings, start, seeds, range: call.pixels.range });
    try {
      const trail = await climb(ascent, n, call);
      return await described(net, pass, ascent, models, trail, call);
    } finally {
      ascent.dispose();
    }
  });
}

function startOf(models: readonly Model[]): AscentStart {
  if (models.every(({ target }) => target.class !== null)) {
    return { classes: Int32Array.from(models, ({ target }) => target.class!) };
  }
  return models[0]!.target.start(models.length);
}

/** What was seen on the way, for each image. */
interface Trail {
  readonly history: AscentState[][];
  readonly snapshots: { step: number; image: Image }[][];
  readonly zero: readonly boolean[];
}

async function climb(ascent: Ascent, n: number, call: AscentCall): Promise<Trail> {
  const { settings, snapshots, signal } = call;
  const trail: Trail = { history: lists(n), snapshots: lists(n), zero: [] };
  const readings: Reading[] = [];
  let zero: readonly boolean[] = [];
  for (let step = 0; step < settings.steps; step++) {
    signal?.throwIfAborted();
    readings.push(ascent.step(step));
    if (step === 0) zero = zeroImages(await untilAborted({ signal }, ascent.gradient.read()), n);
    if (step >= ahead) await note(readings[step - ahead]!, step - ahead, trail, settings, signal);
    if (zero.every(Boolean)) {
      await call.report(settings.steps);
      break;
    }
    if (snapshots !== null && (step + 1) % snapshots === 0) await keep(ascent, step + 1, trail, call);
    await call.report(step + 1);
  }
  for (let step = Math.max(0, readings.length - ahead); step < readings.length; step++) {
    await note(readings[step]!, step, trail, settings, signal);
  }
  return { ...trail, zero };
}

function lists<T>(n: number): T[][] {
  return Array.from({ length: n }, () => []);
}

function zeroImages(gradients: Float32Array, n: number): boolean[] {
  const size = gradients.length / n;
  return Array.from({ length: n }, (_, i) => gradients.subarray(i * size, (i + 1) * size).every((one) => one === 0));
}

async function note(
  reading: Reading,
  step: number,
  { history }: Trail,
  { lambda }: AscentSettings,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [scores, squares] = await untilAborted({ signal }, Promise.all([reading.scores, reading.squares]));
  for (const [i, states] of history.entries()) {
    const state = stateOf(step, scores[i]!, squares[i]!, lambda);
    if (!Number.isFinite(state.score) || !Number.isFinite(state.norm)) throw tooFar(state);
    states.push(state);
  }
}

function tooFar({ step, score, norm }: AscentState): DeepInsideError {
  const message = `${where}: score and norm must stay finite, got ${score} and ${norm} after ${step} steps`;
  return new DeepInsideError('ERR_ARGUMENT', `${message}; choose a smaller learningRate`);
}

async function keep(
  { image }: Ascent,
  step: number,
  { snapshots }: Trail,
  { pixels, signal }: AscentCall,
): Promise<void> {
  const all = await untilAborted({ signal }, image.read());
  const size = all.length / snapshots.length;
  for (const [i, kept] of snapshots.entries()) {
    const ofImage = all.subarray(i * size, (i + 1) * size);
    kept.push({ step, image: pixels.picture(pixels.pixels(ofImage)) });
  }
}

/** The models as they are in the end. */
async function described(
  net: Network,
  pass: Pass,
  ascent: Ascent,
  models: readonly Model[],
  { history, snapshots, zero }: Trail,
  { settings, pixels }: AscentCall,
): Promise<ClassModel[]> {
  const n = models.length;
  const last = ascent.measure();
  const readings = [ascent.image.read(), ascent.gradient.read(), pass.scores.read()] as const;
  const [images, gradients, ofClasses] = await Promise.all(readings);
  const [scores, squares] = await Promise.all([last.scores, last.squares]);
  const size = images.length / n;
  const parts = models.map((_, i) => images.subarray(i * size, (i + 1) * size));
  const floats = parts.map((part) => pixels.pixels(part));
  const pictures = floats.map((one) => pixels.picture(one));
  pass.forward(await seenBy(net, pictures));
  const ofPictures = await ascent.scoresOfInput();
  checkScores(where, ofClasses, net.classes.length, (i) => `model ${i}`);
  return models.map(({ target, seed }, i) => {
    const step = history[i]!.length;
    const state = stateOf(step, scores[i]!, squares[i]!, settings.lambda);
    const k = net.classes.length;
    return {
      ...identityOf(net.classes, target.class, ofClasses.subarray(i * k, (i + 1) * k)),
      seed,
      image: pictures[i]!,
      pixels: floats[i]!,
      score: state.score,
      scoreOfImage: ofPictures[i]!,
      norm: state.norm,
      stationarity: stationarityOf(parts[i]!, gradients.subarray(i * size, (i + 1) * size), settings.lambda),
      zero: zero[i]!,
      history: zero[i]! ? [state] : [...history[i]!, state],
      snapshots: snapshots[i]!,
    };
  });
}

/** The inputs that the network's preprocessing makes of pictures. */
async function seenBy(net: Network, pictures: readonly Image[]): Promise<Float32Array> {
  const size = elements(net.inputShape);
  const inputs = new Float32Array(pictures.length * size);
  for (const [i, img] of pictures.entries()) {
    const { data } = batchOf({ where, what: 'the picture', orSeveral: false }, net, img);
    inputs.set(await data, i * size);
  }
  return inputs;
}
