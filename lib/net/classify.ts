import { integer, knownOptions } from '../check.js';
import type { FloatArray } from '../ndarray.js';
import { batchOf, type NetworkInput } from './batch.js';
import { callOptions, type CallOptions } from './call.js';
import { demandNetwork } from './demand-network.js';
import { eachImage, type ImageSource, type ResultOf } from './each-image.js';
import type { Network } from './network.js';
import { inParts } from './parts.js';
import { best, predictionOf, standingOf, type Prediction } from './predictions.js';
import { inputAt, type Subject } from './subject.js';
import { regionOf, type Region, type TenCropOptions } from './ten-crops.js';

export interface ClassifyOptions extends TenCropOptions, CallOptions {
  /** How many classes to give; default 5, at most all. */
  readonly top?: number;
}

/**
 * What a float32 input gives: a list, or a list of lists where it is a batch. The type of an array does not tell which; it
 * counts as one input unless the result is declared: `const lists: Prediction[][] = await classify(net, batch)`.
 */
export type ListOrLists = Prediction[] | Prediction[][];

interface Settings extends Pick<CallOptions, 'signal'> {
  readonly top: number;
  readonly region: Region | null;
}

/**
 * The classes that a network sees in an image, best first; of equal scores the lower index comes first.
 *
 * With ten crops (Sect. 3.1, "the ConvNet classification procedure") score and posterior are the means of the crops'
 * scores and posteriors, and the posterior decides on the order. Choice: Krizhevsky et al. (2012, Sect. 4.1) average
 * the predictions of the soft-max layer.
 *
 * @param net      the network
 * @param img      an image or a float32 input; a batch [n, channels, rows, cols]; an array of these, or an async iterable
 * @param options  top: how many classes, default 5; of images only: tenCrops, region; of any call: onProgress, signal
 * @returns        the predictions; for a batch or an array an array of such lists; for an async iterable an async
 *                 generator of them, as `saliency` gives it. A float32 input counts as one, not as a batch, unless the
 *                 result is declared as lists (ListOrLists)
 * @throws         ERR_SHAPE, ERR_DTYPE or ERR_ARGUMENT if `img` is none of these; the reason of an aborted signal
 */
export function classify<List extends ListOrLists = Prediction[]>(
  net: Network,
  img: FloatArray,
  options?: ClassifyOptions,
): Promise<List>;
export function classify<List extends ListOrLists = Prediction[]>(
  net: Network,
  img: readonly FloatArray[],
  options?: ClassifyOptions,
): Promise<List[]>;
export function classify<List extends ListOrLists = Prediction[]>(
  net: Network,
  img: AsyncIterable<FloatArray>,
  options?: ClassifyOptions,
): AsyncGenerator<List, void, undefined>;
export function classify<Source extends ImageSource>(
  net: Network,
  img: Source,
  options?: ClassifyOptions,
): ResultOf<Source, Prediction[]>;
export function classify<Source extends ImageSource>(
  net: Network,
  img: Source,
  options: ClassifyOptions = {},
): ResultOf<Source, ListOrLists> {
  return eachImage('classify', img, options, () => {
    demandNetwork('classify', net);
    const settings = checked(options);
    return (one, subject) => classifyOne(net, one, subject, settings);
  });
}

function checked(options: ClassifyOptions): Settings {
  knownOptions('classify', options, ['top', 'tenCrops', 'region', ...callOptions]);
  const { top = 5, signal } = options;
  return { top: integer('classify', 'top', top, 1), region: regionOf('classify', options), signal };
}

async function classifyOne(
  net: Network,
  img: NetworkInput,
  subject: Subject,
  settings: Settings,
): Promise<ListOrLists> {
  const batch = batchOf(subject, net, img, settings.region);
  const [scores] = await inParts(batch, net.largestBatch, async ({ n, data }) => {
    const request = { n, score: 'class', inputs: data, signal: settings.signal } as const;
    const readings = await net.withPass(request, (pass) => [pass.scores.read()]);
    return Promise.all(readings);
  });
  const rows = batch.single ? batch.n : 1;
  const each = rows * net.classes.length;
  const lists = Array.from({ length: batch.n / rows }, (_, i) =>
    predictions(net, scores!.subarray(i * each, (i + 1) * each), inputAt(subject, batch, i), settings.top),
  );
  return batch.single ? lists[0]! : lists;
}

/** Of one input, or of the ten crops of an image: scores [crops, classes]. */
function predictions(net: Network, ofCrops: Float32Array, subject: Subject, top: number): Prediction[] {
  const standing = standingOf(ofCrops, net.classes.length, subject);
  return best(standing.deciding, top).map((index) => predictionOf(net.classes, standing, index));
}
