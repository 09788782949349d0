import { argumentError, boolean, knownOptions, oneOf } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { inSlices } from '../steps.js';
import { batchOf, type Batch } from '../net/batch.js';
import { callOptions, type CallOptions } from '../net/call.js';
import { classesFor, topClass, type ClassArgument, type ClassChoice, type ClassesFor } from '../net/class-names.js';
import { eachImage, type ImageOf, type ImageSource, type ResultOf } from '../net/each-image.js';
import { scores } from '../net/edit-graph.js';
import { Network, reluRules } from '../net/network.js';
import { inParts } from '../net/parts.js';
import { best, predictionOf, standingOf, type Prediction } from '../net/predictions.js';
import { inputAt, type Subject } from '../net/subject.js';
import { regionOf, type Region, type TenCropOptions } from '../net/ten-crops.js';
import type { View } from '../net/view.js';
import { array, elements, type FloatArray, type Image } from '../ndarray.js';
import { classMaps, type Classes, type ClassMapOptions } from './class-maps.js';
import { framing } from './frame.js';
import { framed, type FramedMap } from './framed-map.js';
import { mergingCrops, merges, type Merge } from './merge-crops.js';

export interface SaliencyOptions extends Partial<ClassMapOptions>, TenCropOptions, CallOptions {
  /**
   * 'input' (default): the rows and columns of the net's input, with ten crops those of the rescaled image; 'image':
   * resampled onto the image that was given.
   */
  readonly frame?: 'input' | 'image';
  /** With ten crops: each pixel's sum divided by the number of maps that cover it ('coverage', default) or by 10 ('sum'). */
  readonly merge?: Merge;
}

interface Settings extends ClassMapOptions, Pick<CallOptions, 'signal'> {
  readonly region: Region | null;
  readonly frame: 'input' | 'image';
  readonly merge: Merge;
}

/** A map with what the network says of its class; an array of maps has as many predictions, in the order of the maps. */
export type SaliencyMap = FramedMap & { readonly predictions: readonly Prediction[] };

/**
 * A map, or a map per class where the classes of an image are an array. All maps of a batch are one array, also those of
 * several classes; the type of an input does not tell it from a batch.
 */
export type MapsOf<Cls, Img = Image> = Cls extends (index: number) => infer Choice
  ? MapsOf<Choice, Img>
  : Cls extends readonly ClassChoice[]
    ? Img extends FloatArray
      ? SaliencyMap | SaliencyMap[]
      : SaliencyMap[]
    : SaliencyMap;

/**
 * Class saliency map of one image (Simonyan et al. 2013, Sect. 3.1):
 * M[i][j] = max over colour channels c of |dS/dI[c][i][j]|, from one forward and one backward pass per class. With ten
 * crops the mean of such maps of ten parts of the image, each in its place.
 *
 * @param net      the network; its preprocessing turns an image into its input
 * @param img      [rows, cols, 1 | 3 | 4] uint8 image, or a float32 input [channels, rows, cols] of the net's own shape;
 *                 a batch [n, channels, rows, cols]; an array of these, or an async iterable. The pixels of an image
 *                 must stay as they are until its map is there
 * @param cls      class index from 0, name or WNID, an array of these, or a function from the image's index to one of
 *                 them; each input of a batch counts as an image, so that the inputs of the second of two batches of 16
 *                 have the indices 16 to 31. Default: the class with the highest score, of ten crops that with the
 *                 highest mean posterior
 * @param options  frame, signed, rule, score; of images only: tenCrops, region, merge; of any call: onProgress, signal
 * @returns        [rows, cols] float32, >= 0 unless signed, with `seen` and `predictions`, in the frame of the net's
 *                 input; for an image in score units per grey level of the resized image, for an input per unit of that.
 *                 An array of maps for several classes; [n, rows, cols] for a batch, with several classes one array
 *                 [n, classes, rows, cols], so that Array.isArray tells them apart.
 *                 For an array an array of results; for an async iterable an async generator of them, in order, which
 *                 has at most two images in flight: it reads and prepares one while the device works on another
 * @throws         ERR_SHAPE or ERR_DTYPE if `img` is none of these; ERR_ARGUMENT if the class does not exist; the reason
 *                 of an aborted signal; what onProgress or the iterable throws
 */
export function saliency<Source extends ImageSource>(
  net: Network,
  img: Source,
  cls?: undefined,
  options?: SaliencyOptions,
): ResultOf<Source, SaliencyMap>;
export function saliency<Source extends ImageSource, Cls extends ClassArgument>(
  net: Network,
  img: Source,
  cls: Cls,
  options?: SaliencyOptions,
): ResultOf<Source, MapsOf<Cls, ImageOf<Source>>>;
export function saliency<Source extends ImageSource, Cls extends ClassArgument>(
  net: Network,
  img: Source,
  cls?: Cls,
  options: SaliencyOptions = {},
): ResultOf<Source, MapsOf<Cls, ImageOf<Source>>> {
  return eachImage('saliency', img, options, () => {
    if (!(net instanceof Network))
      throw argumentError('saliency', 'net', 'a network of loadNetwork or createNetwork', net);
    const settings = checked(options);
    let before = 0;
    return async (one, subject) => {
      const batch = batchOf(subject, net, one, settings.region);
      const request = { subject, batch, cls, first: before, settings };
      before += batch.single ? 1 : batch.n;
      return saliencyOfOne(net, request) as Promise<MapsOf<Cls, ImageOf<Source>>>;
    };
  });
}

function checked(options: SaliencyOptions): Settings {
  const where = 'saliency';
  knownOptions(where, options, ['frame', 'signed', 'rule', 'score', 'tenCrops', 'region', 'merge', ...callOptions]);
  const region = regionOf(where, options);
  if (region === null && options.merge !== undefined) {
    throw argumentError(where, 'merge', 'left out where tenCrops is not true', options.merge, 'add tenCrops: true');
  }
  return {
    signal: options.signal,
    region,
    merge: oneOf(where, 'merge', options.merge ?? 'coverage', merges),
    signed: boolean(where, 'signed', options.signed ?? false),
    frame: oneOf(where, 'frame', options.frame ?? 'input', ['input', 'image']),
    rule: oneOf(where, 'rule', options.rule ?? 'gradient', reluRules),
    score: oneOf(where, 'score', options.score ?? 'class', scores),
  };
}

/** Maps of one image, input or batch. */
interface Request {
  readonly subject: Subject;
  readonly batch: Batch;
  readonly cls: ClassArgument;
  /** How many images and inputs came before it. */
  readonly first: number;
  readonly settings: Settings;
}

async function saliencyOfOne(net: Network, request: Request): Promise<SaliencyMap | SaliencyMap[]> {
  const { subject, batch, cls, first, settings } = request;
  const { n, single, view } = batch;
  if (settings.frame === 'image' && !view) {
    const message = `saliency: frame 'image' needs an image, got an input as ${subject.what}; leave frame out`;
    throw new DeepInsideError('ERR_ARGUMENT', message);
  }
  if (!single) return mapsOfInputs(net, request);
  const choice = classesFor('saliency', net.classes, cls, first);
  const area = elements(net.inputShape.slice(1));
  const maps: FramedMap[] = [];
  const chosen = classesOfImage(net, n, choice, subject);
  const classScores = await classMaps(net, batch, chosen, settings, async (part) => {
    for (let j = 0; j < part.count; j++) {
      const ofCrops = Array.from({ length: n }, (_, i) => {
        const at = (i * part.count + j) * area;
        return part.maps.subarray(at, at + area);
      });
      maps[part.first + j] = await merged(net, ofCrops, view, settings);
    }
  });
  const predictions = predictionsOf(net, classScores, choice.indices, subject);
  const results: SaliencyMap[] = [];
  for (const [j, map] of maps.entries()) {
    const inFrame = settings.frame === 'image' ? await inSlices(framing(map, view!.image)) : map;
    results.push(explained(inFrame, [predictions[j]!]));
  }
  return choice.several ? results : results[0]!;
}

/** The same classes for all crops of an image, whose best class is that of their mean posteriors. */
function classesOfImage(net: Network, crops: number, { indices }: ClassesFor, subject: Subject) {
  const repeated = (indices: readonly number[]) => Array.from({ length: crops }, () => indices);
  if (crops === 1 || !indices.includes(topClass)) return repeated(indices);
  return (scores: Float32Array) => repeated(best(standingOf(scores, net.classes.length, subject).deciding, 1));
}

/** What the network says of classes of one input, or of an image by its crops: `classScores` is [crops, classes]. */
function predictionsOf(
  net: Network,
  classScores: Float32Array,
  indices: readonly number[],
  subject: Subject,
): Prediction[] {
  const standing = standingOf(classScores, net.classes.length, subject);
  const [top] = best(standing.deciding, 1) as [number];
  return indices.map((index) => predictionOf(net.classes, standing, index === topClass ? top : index));
}

/** A map that says what it is a map of. */
function explained(map: FramedMap, predictions: readonly Prediction[]): SaliencyMap {
  return Object.assign(map, { predictions });
}

/** Of a batch: [n, rows, cols] or, of several classes, [n, classes, rows, cols]. */
async function mapsOfInputs(net: Network, request: Request): Promise<SaliencyMap> {
  const { subject, batch, settings } = request;
  const { n } = batch;
  const { classes, several } = classesOfInputs(net, request);
  const [k, [, rows, cols]] = [classes[0]!.length, net.inputShape];
  const [maps, classScores] = (await inParts(batch, net.largestBatch, (part, first) =>
    mapsOfPart(net, part, classes.slice(first, first + part.n), settings),
  )) as [Float32Array, Float32Array];
  const predictions = classes.flatMap((ofInput, i) => {
    const one = classScores.subarray(i * net.classes.length, (i + 1) * net.classes.length);
    return predictionsOf(net, one, ofInput, inputAt(subject, batch, i));
  });
  return explained(framed(array(maps, several ? [n, k, rows, cols] : [n, rows, cols]), null), predictions);
}

/** Maps [n, classes, rows, cols] and scores [n, classes] of n inputs at once. */
async function mapsOfPart(net: Network, batch: Batch, classes: Classes, settings: Settings) {
  const [k, area] = [classes[0]!.length, elements(net.inputShape.slice(1))];
  let all: Float32Array | null = null;
  const classScores = await classMaps(net, batch, classes, settings, ({ first, count, maps }) => {
    all ??= count === k ? maps : new Float32Array(batch.n * k * area);
    if (all === maps) return;
    for (let i = 0; i < batch.n; i++) {
      all.set(maps.subarray(i * count * area, (i + 1) * count * area), (i * k + first) * area);
    }
  });
  return [all!, classScores];
}

function classesOfInputs(net: Network, { batch, cls, first }: Request) {
  const perInput = Array.from({ length: batch.n }, (_, i) => classesFor('saliency', net.classes, cls, first + i));
  const { indices, several } = perInput[0]!;
  if (perInput.some((other) => other.several !== several || other.indices.length !== indices.length)) {
    const expected = 'the same number of classes for every image of a batch';
    const came = perInput.map((other) => other.indices.length);
    throw argumentError('saliency', 'class', expected, came);
  }
  return { several, classes: perInput.map((choice) => choice.indices) };
}

/** The map of an input, or of what the network sees of an image; `maps` may be parts of a larger array. */
function merged(net: Network, maps: readonly Float32Array[], view: View | null, settings: Settings) {
  const { region, frame, merge } = settings;
  if (view && (region !== null || frame === 'image')) return inSlices(mergingCrops(maps, view, merge));
  const [map] = maps as [Float32Array];
  const own = map.byteLength === map.buffer.byteLength ? map : map.slice();
  return framed(array(own, net.inputShape.slice(1)), null);
}
