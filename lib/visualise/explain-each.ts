import { oneOf } from '../check.js';
import { batchOf, type Batch } from '../net/batch.js';
import { callOptions, type CallOptions } from '../net/call.js';
import type { ClassArgument } from '../net/class-names.js';
import { demandNetwork } from '../net/demand-network.js';
import { eachImage, type ImageOf, type ImageSource, type ResultOf } from '../net/each-image.js';
import { scores, type Score } from '../net/edit-graph.js';
import type { Network } from '../net/network.js';
import type { Prediction } from '../net/predictions.js';
import { channelScale } from '../net/prepare.js';
import { inputAt, type Subject } from '../net/subject.js';
import type { View } from '../net/view.js';
import { array, elements, zeros } from '../ndarray.js';
import { inSlices } from '../steps.js';
import type { Classes } from './class-maps.js';
import { checkFrame, classesOfInputs } from './classes-of-inputs.js';
import { framing } from '../image/framing.js';
import { framed, type FramedMap } from '../image/framed-map.js';
import { mergingCrops } from './merge-crops.js';
import { runAt } from './points.js';
import type { MapsOf } from './saliency.js';
import { explained, predictionsOf, type SaliencyMap } from './saliency-map.js';

/** What every method that explains a class score takes. */
export interface ExplainOptions extends CallOptions {
  /** 'input' (default): the rows and columns of the net's input; 'image': resampled onto the image that was given. */
  readonly frame?: 'input' | 'image';
  /** What is explained: S_c (default), P_c, or S_c before a ReLU that follows the last weights. */
  readonly score?: Score;
}

export const explainOptions = ['frame', 'score', ...callOptions];

/** Classes of inputs whose maps are wanted. */
export interface Asked extends Pick<CallOptions, 'signal'> {
  readonly where: string;
  readonly net: Network;
  readonly n: number;
  /** Dense [n, channels, rows, cols]. */
  readonly inputs: Float32Array;
  /** What messages call input number `i`. */
  readonly nameOf: (i: number) => string;
  /** [n][k], each a class. */
  readonly classes: Classes;
  readonly score: Score;
  /** What is explained, of every class, [n, classes]. */
  readonly scored: Float32Array;
  /** For each channel: what a derivative is multiplied with, so that it is per grey level of an image; 1 for inputs. */
  readonly scale: Float32Array;
}

/** How far a map adds up to what it explains. */
export interface Completeness {
  /** Of the map, in units of the score. */
  readonly sum: number;
  /** What it should be: the score of the input less that of the baseline. */
  readonly difference: number;
  /** sum - difference */
  readonly delta: number;
  /** Points on the way that it took. */
  readonly steps: number;
}

/** Maps of the classes of the inputs. */
export interface Found {
  /** Dense [n, k, rows, cols]. */
  readonly maps: Float32Array;
  /** Of each map, [n * k], where the method promises it. */
  readonly completeness?: readonly Completeness[];
}

/**
 * What the methods that explain a class score have in common: they take images, inputs, batches, arrays and async
 * iterables, one class, several or none, and give maps with `seen` and `predictions`, all as `saliency` does.
 *
 * @param where  the function that was called
 * @param begin  checks its options, once the network has been checked, and gives the method
 */
export function explainEach<Source extends ImageSource, Cls extends ClassArgument, Map extends SaliencyMap>(
  where: string,
  net: Network,
  img: Source,
  cls: Cls | undefined,
  options: ExplainOptions,
  begin: () => (asked: Asked) => Promise<Found>,
): ResultOf<Source, MapsOf<Cls, ImageOf<Source>, Map>> {
  return eachImage(where, img, options, () => {
    demandNetwork(where, net);
    const method = begin();
    const { frame, score } = explainSettings(where, options);
    let before = 0;
    return async (one, subject) => {
      const batch = batchOf(subject, net, one);
      checkFrame(subject, frame, batch);
      const { classes, several } = classesOfInputs(where, net, batch.n, cls, before);
      before += batch.n;
      const { asked, predictions } = await askedOf(net, batch, subject, classes, score, options.signal);
      const found = await method(asked);
      const size = net.inputShape.slice(1);
      if (!batch.single) {
        const shape = several ? [batch.n, classes[0]!.length, ...size] : [batch.n, ...size];
        return named(framed(array(found.maps, shape), null), predictions, found.completeness) as MapsOf<
          Cls,
          ImageOf<Source>,
          Map
        >;
      }
      const maps = await mapsOfImage(found, predictions, batch.view, size, frame);
      return (several ? maps : maps[0]) as MapsOf<Cls, ImageOf<Source>, Map>;
    };
  });
}

/** The maps of all classes of all inputs, zeros as yet, dense [n, k, rows, cols]; throws ERR_MEMORY. */
export function emptyMaps({ where, net, n, classes }: Asked): Float32Array {
  return zeros(where, n * classes[0]!.length * elements(net.inputShape.slice(1)));
}

/** What holds where the options of any of these methods say nothing. */
export function explainSettings(where: string, { frame = 'input', score = 'class' }: ExplainOptions) {
  return {
    frame: oneOf(where, 'frame', frame, ['input', 'image']),
    score: oneOf(where, 'score', score, scores),
  };
}

/** Runs the network once at the inputs: which classes are the best, and what it says of those asked for. */
async function askedOf(
  net: Network,
  { n, data, view }: Batch,
  subject: Subject,
  classes: Classes,
  score: Score,
  signal: AbortSignal | undefined,
): Promise<{ readonly asked: Asked; readonly predictions: readonly Prediction[] }> {
  const { where } = subject;
  const subjectAt = (i: number) => inputAt(subject, { single: n === 1 }, i);
  const nameOf = (i: number) => subjectAt(i).what;
  const inputs = await data;
  const [count, size] = [net.classes.length, elements(net.inputShape)];
  const scored = zeros(where, n * count);
  const predictions: Prediction[][] = [];
  const points = {
    count: n,
    write: (i: number, to: Float32Array) => to.set(inputs.subarray(i * size, (i + 1) * size)),
    nameOf,
  };
  await runAt(
    where,
    net,
    points,
    { score, signal },
    (pass) => [pass.scores.read(), pass.scored.read()],
    (i, [ofClasses, of]) => {
      scored.set(of!, i * count);
      predictions[i] = predictionsOf(net, ofClasses!, classes[i]!, subjectAt(i));
    },
  );
  const scale = view ? channelScale(net.preprocessing!) : new Float32Array(net.inputShape[0]).fill(1);
  const chosen = predictions.map((ofInput) => ofInput.map((prediction) => prediction.class));
  return {
    asked: { where, net, n, inputs, nameOf, classes: chosen, score, scored, scale, signal },
    predictions: predictions.flat(),
  };
}

/** Of one image or input: a map for each class, of its own memory, in the frame asked for. */
async function mapsOfImage(
  { maps, completeness }: Found,
  predictions: readonly Prediction[],
  view: View | null,
  size: readonly number[],
  frame: 'input' | 'image',
): Promise<SaliencyMap[]> {
  const area = elements(size);
  const results: SaliencyMap[] = [];
  for (const [j, prediction] of predictions.entries()) {
    const map = maps.slice(j * area, (j + 1) * area);
    const placed = frame === 'image' ? await onImage(map, view!) : framed(array(map, size), null);
    results.push(named(placed, [prediction], completeness && [completeness[j]!]));
  }
  return results;
}

async function onImage(map: Float32Array, view: View): Promise<FramedMap> {
  return inSlices(framing(await inSlices(mergingCrops([map], view, 'coverage')), view.image));
}

function named(
  map: FramedMap,
  predictions: readonly Prediction[],
  completeness: readonly Completeness[] | undefined,
): SaliencyMap {
  return Object.assign(explained(map, predictions), completeness && { completeness });
}
