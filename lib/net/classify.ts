import { argumentError, integer, knownOptions } from '../check.js';
import type { Image } from '../ndarray.js';
import { batchOf, type NetworkInput } from './batch.js';
import { Network } from './network.js';
import { best, meansOf } from './posteriors.js';
import { regionOf, type Region, type TenCropOptions } from './ten-crops.js';

export interface Prediction {
  /** Index from 0. */
  readonly class: number;
  /** Null where the network knows no names. */
  readonly name: string | null;
  readonly wnid: string | null;
  /** S_c, before the soft-max. */
  readonly score: number;
  /** P_c = exp S_c / sum of exp S_c. */
  readonly posterior: number;
}

export interface ClassifyOptions extends TenCropOptions {
  /** How many classes to give; default 5, at most all. */
  readonly top?: number;
}

interface Settings {
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
 * @param img      an image or a float32 input; an array of those; or a batch [n, channels, rows, cols]
 * @param options  top: how many classes, default 5; tenCrops, region: of images only
 * @returns        the predictions; an array of such lists for an array of images or a batch
 * @throws         ERR_SHAPE, ERR_DTYPE or ERR_ARGUMENT if `img` is none of these
 */
export function classify(
  net: Network,
  img: readonly NetworkInput[],
  options?: ClassifyOptions,
): Promise<Prediction[][]>;
export function classify(net: Network, img: Image, options?: ClassifyOptions): Promise<Prediction[]>;
export function classify(
  net: Network,
  img: NetworkInput,
  options?: ClassifyOptions,
): Promise<Prediction[] | Prediction[][]>;
export async function classify(
  net: Network,
  img: NetworkInput | readonly NetworkInput[],
  options: ClassifyOptions = {},
): Promise<Prediction[] | Prediction[][]> {
  if (!(net instanceof Network))
    throw argumentError('classify', 'net', 'a network of loadNetwork or createNetwork', net);
  const settings = checked(options);
  if (!Array.isArray(img)) return classifyOne(net, img as NetworkInput, settings);
  const results: (Prediction[] | Prediction[][])[] = [];
  for (const one of img as readonly NetworkInput[]) results.push(await classifyOne(net, one, settings));
  return results as Prediction[][];
}

function checked(options: ClassifyOptions): Settings {
  knownOptions('classify', options, ['top', 'tenCrops', 'region']);
  return { top: integer('classify', 'top', options.top ?? 5, 1), region: regionOf('classify', options) };
}

async function classifyOne(
  net: Network,
  img: NetworkInput,
  settings: Settings,
): Promise<Prediction[] | Prediction[][]> {
  const batch = batchOf('classify', net, img, settings.region);
  const [reading] = await net.withPass({ n: batch.n, score: 'class' }, (pass) => {
    pass.forward(batch.data);
    return [pass.scores.read()] as const;
  });
  const scores = await reading;
  const rows = batch.single ? batch.n : 1;
  const each = rows * net.classes.length;
  const lists = Array.from({ length: batch.n / rows }, (_, i) =>
    predictions(net, scores.subarray(i * each, (i + 1) * each), settings),
  );
  return batch.single ? lists[0]! : lists;
}

/** Of one input, or of the ten crops of an image: scores [crops, classes]. */
function predictions(net: Network, ofCrops: Float32Array, { top, region }: Settings): Prediction[] {
  const { scores, posteriors } = meansOf(ofCrops, net.classes.length);
  return best(region === null ? scores : posteriors, top).map((index) => {
    const { name, wnid } = net.classes[index]!;
    return { class: index, name, wnid, score: scores[index]!, posterior: posteriors[index]! };
  });
}
