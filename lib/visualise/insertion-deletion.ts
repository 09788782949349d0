import { argumentError } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { map as mapOf } from '../image/image.js';
import { batchOf } from '../net/batch.js';
import { classesFor, topClass, type ClassArgument, type ClassChoice } from '../net/class-names.js';
import { eachImage, type ImageSource, type ResultOf } from '../net/each-image.js';
import { demandNetwork } from '../net/demand-network.js';
import type { Network } from '../net/network.js';
import type { Prediction } from '../net/predictions.js';
import type { Subject } from '../net/subject.js';
import type { FloatArray } from '../ndarray.js';
import { curvesOf, type Curve, type Curves } from './curves.js';
import { curveSettings, type Baseline, type InsertionDeletionOptions } from './insertion-deletion-options.js';
import { finiteValues } from '../image/finite-values.js';
import { seenOf } from '../image/framed-map.js';
import { runAt } from './points.js';
import { predictionsOf, type SaliencyMap } from './saliency-map.js';
import { singleOf } from './single.js';

export type { Baseline, Curve, Curves, InsertionDeletionOptions };

export interface InsertionDeletion extends Curves {
  /** What the network says of the class at the whole image. */
  readonly prediction: Prediction;
  /** The means of the same in orders by lot: what a map that knows nothing comes to. */
  readonly random: Curves;
}

/** A map for the one image, or an array of maps for several. */
export type MapsFor<Source> = Source extends AsyncIterable<unknown> | readonly unknown[]
  ? readonly (FloatArray | SaliencyMap)[]
  : FloatArray | SaliencyMap;

/**
 * Insertion and deletion curves (Petsiuk et al. 2018, "RISE", Sect. 4.1): how soon a class appears when pixels are put back
 * into a blurred image, and vanishes when they are replaced with the mean image, in the order of a map.
 *
 * Choice: pixels go by their values, largest first, negative ones last; equal ones in row-major order. Take magnitudes first
 * (`saliency` does, unless signed) where signs do not say for or against.
 * Choice: after step k of n, round(k / n * pixels) of them have changed; 100 steps, where the authors' code takes 224. The
 * blur is a whole Gaussian of 5 pixels; theirs is cut off to 11 x 11 pixels, blurs like one of 3, and leaves more to see.
 *
 * @param net      the network
 * @param img      an image or input, an array of these, or an async iterable, as for `saliency`; no batch
 * @param map      [rows, cols] float32, finite, in the frame of the net's input, as `saliency` gives it unless told
 *                 otherwise; for several images an array of maps, in their order
 * @param cls      index, name or WNID, or a function of the image's index; default: what the map says that it is of, else
 *                 the best class
 * @param options  steps, insertion, deletion, sigma, score, orders, seed; of any call: onProgress, signal
 * @returns        prediction, insertion, deletion, and the means of both over orders by lot. It costs
 *                 2 (1 + orders) (steps + 1) forward passes
 * @throws         as `saliency`; ERR_SHAPE if the map has another size; ERR_ARGUMENT if it holds a NaN, or for a batch
 */
export function insertionDeletion<Source extends ImageSource>(
  net: Network,
  img: Source,
  map: MapsFor<Source>,
  cls?: ClassChoice | ((index: number) => ClassChoice | undefined),
  options: InsertionDeletionOptions = {},
): ResultOf<Source, InsertionDeletion> {
  const where = 'insertionDeletion';
  return eachImage(where, img, options, () => {
    demandNetwork(where, net);
    const settings = curveSettings(where, net, options);
    let before = 0;
    return async (one, subject) => {
      const index = before++;
      const batch = singleOf(subject, batchOf(subject, net, one));
      const given = mapAt(where, net, map, index, subject);
      const chosen = classOf(where, net, cls, index, given);
      const values = finiteValues(where, subject.orSeveral ? 'map' : `map[${index}]`, given).slice();
      const input = (await batch.data).slice(); // a pass keeps what it is given
      const prediction = await predictionAt(net, input, chosen, subject, settings.signal);
      const curves = await curvesOf(where, net, { input, cls: prediction.class, map: values }, settings);
      return { prediction, ...curves };
    };
  });
}

/** The map of image number `index`, of the size of the network's input. */
function mapAt(where: string, net: Network, given: unknown, index: number, { orSeveral }: Subject): FloatArray {
  if (!orSeveral && !(Array.isArray(given) && index < given.length)) {
    throw argumentError(where, 'map', 'an array of maps, one for each image', given);
  }
  const what = orSeveral ? 'map' : `map[${index}]`;
  const one = mapOf(where, what, orSeveral ? given : (given as readonly unknown[])[index]);
  const size = net.inputShape.slice(1);
  const inItsFrame = seenOf(where, what, one) === null; // a map of an image of that very size has the same shape
  if (inItsFrame && one.shape.join() === size.join()) return one;
  const message = `${where}: ${what} must be [${size.join(', ')}], in the frame of the network's input`;
  const came = `[${one.shape.join(', ')}]${inItsFrame ? '' : ', of which the network saw a part (map.seen)'}`;
  throw new DeepInsideError('ERR_SHAPE', `${message}, got ${came}; make it with frame: 'input'`);
}

/** The class meant for image number `index`: what the map says that it is of where none is given. */
function classOf(where: string, net: Network, cls: unknown, index: number, map: FloatArray): number {
  const { indices, several } = classesFor(where, net.classes, cls as ClassArgument, index);
  if (several) throw argumentError(where, 'class', 'one class, that of the map', cls);
  const [own] = (map as Partial<SaliencyMap>).predictions ?? [];
  return indices[0] === topClass && own ? own.class : indices[0]!;
}

async function predictionAt(
  net: Network,
  input: Float32Array,
  cls: number,
  subject: Subject,
  signal: AbortSignal | undefined,
): Promise<Prediction> {
  let predictions: Prediction[] = [];
  await runAt(
    subject.where,
    net,
    { count: 1, write: (_, to) => to.set(input), nameOf: () => subject.what },
    { score: 'class', signal },
    (pass) => [pass.scores.read()],
    (_, [ofClasses]) => (predictions = predictionsOf(net, ofClasses!, [cls], subject)),
  );
  return predictions[0]!;
}
