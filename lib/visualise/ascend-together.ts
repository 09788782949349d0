import { batchOf } from '../net/batch.js';
import type { Network } from '../net/network.js';
import type { Pass } from '../net/pass.js';
import { checkScores } from '../net/predictions.js';
import { elements, zeros, type Image } from '../ndarray.js';
import { Random } from '../random.js';
import { inBlocks, inSlices, type Steps } from '../steps.js';
import { Ascent } from './ascent.js';
import type { AscentStart, ResolvedAscent } from './ascent-target.js';
import { identityOf, stateOf, stationarityOf, type ClassModel } from './class-model-result.js';
import { climb, type Climb, type Trail } from './climb.js';

const where = 'classModel';

/** One image that is to ascend. */
export interface Model {
  readonly target: ResolvedAscent;
  readonly seed: number;
}

/** Models of one target, or of a class each, as one batch. Other calls on the network have their turns meanwhile. */
export async function ascendTogether(net: Network, models: readonly Model[], call: Climb): Promise<ClassModel[]> {
  const { settings, pixels, signal } = call;
  const n = models.length;
  const start = startOf(models);
  const score = models[0]!.target.ofClasses ? settings.score : 'class';
  const read = 'energyOf' in start ? [start.energyOf] : 'value' in start ? [start.value] : [];
  const random = models.map(({ seed }) => new Random(seed));
  const images = settings.noise > 0 ? await inSlices(noisy(random, elements(net.inputShape), settings.noise)) : null;
  return net.withOwnPass(
    { n, score, read, signal },
    (pass) => new Ascent(pass, { settings, start, random, images, mean: pixels.mean }),
    async (pass, ascent) => described(net, pass, ascent, models, await climb(ascent, n, call), call),
  );
}

function startOf(models: readonly Model[]): AscentStart {
  if (models.every(({ target }) => target.class !== null)) {
    return { classes: Int32Array.from(models, ({ target }) => target.class!) };
  }
  return models[0]!.target.start(models.length);
}

/** About a sine, a cosine and a logarithm, in multiply-adds. */
const costOfNormal = 32;

/** Normal numbers of that deviation, [n, size]. */
function* noisy(random: readonly Random[], size: number, deviation: number): Steps<Float32Array> {
  const images = zeros(where, random.length * size);
  yield* inBlocks(images.length, costOfNormal, (begin, end) => {
    for (let i = begin; i < end; i++) images[i] = deviation * random[Math.floor(i / size)]!.normal();
  });
  return images;
}

/** The models as they are in the end. */
async function described(
  net: Network,
  pass: Pass,
  ascent: Ascent,
  models: readonly Model[],
  { history, snapshots, zero }: Trail,
  { settings, pixels }: Climb,
): Promise<ClassModel[]> {
  const [n, k] = [models.length, net.classes.length];
  const last = ascent.measure();
  const readings = [ascent.image.read(), ascent.gradient.read(), pass.scores.read()] as const;
  const [images, gradients, ofClasses] = await Promise.all(readings);
  const [scores, squares] = await Promise.all([last.scores, last.squares]);
  const states = models.map((_, i) => stateOf(history[i]!.length, scores[i]!, squares[i]!, settings.lambda));
  const size = images.length / n;
  const parts = models.map((_, i) => images.subarray(i * size, (i + 1) * size));
  const floats = parts.map((part) => pixels.pixels(part));
  const pictures = floats.map((one) => pixels.picture(one));
  pass.forward(await seenBy(net, pictures));
  const ofPictures = await ascent.scoresOfInput();
  checkScores(where, ofClasses, k, (i) => `model ${i}`);
  return models.map(({ target, seed }, i) => {
    const state = states[i]!;
    return {
      ...identityOf(net.classes, target.class, ofClasses.subarray(i * k, (i + 1) * k)),
      target: target.target,
      seed,
      settings,
      image: pictures[i]!,
      pixels: floats[i]!,
      score: state.score,
      scoreOfImage: ofPictures[i]!,
      norm: state.norm,
      stationarity: stationarityOf(parts[i]!, gradients.subarray(i * size, (i + 1) * size), settings.lambda),
      zero: zero[i]!,
      history: [...history[i]!, state],
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
