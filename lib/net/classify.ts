import { argumentError, integer, knownOptions } from '../check.js';
import type { Image } from '../ndarray.js';
import { batchOf, type NetworkInput } from './batch.js';
import { Network } from './network.js';

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

export interface ClassifyOptions {
  /** How many classes to give; default 5, at most all. */
  readonly top?: number;
}

/**
 * The classes that a network sees in an image, best first; of equal scores the lower index comes first.
 *
 * @param net      the network
 * @param img      an image or a float32 input; an array of those; or a batch [n, channels, rows, cols]
 * @param options  top: how many classes, default 5
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
  knownOptions('classify', options, ['top']);
  const top = integer('classify', 'top', options.top ?? 5, 1);
  if (!Array.isArray(img)) return classifyOne(net, img as NetworkInput, top);
  const results: (Prediction[] | Prediction[][])[] = [];
  for (const one of img as readonly NetworkInput[]) results.push(await classifyOne(net, one, top));
  return results as Prediction[][];
}

async function classifyOne(net: Network, img: NetworkInput, top: number): Promise<Prediction[] | Prediction[][]> {
  const batch = batchOf('classify', net, img);
  const [reading] = await net.withPass({ n: batch.n, score: 'class' }, (pass) => {
    pass.forward(batch.data);
    return [pass.scores.read()] as const;
  });
  const scores = await reading;
  const rows = Array.from({ length: batch.n }, (_, i) =>
    scores.subarray(i * net.classes.length, (i + 1) * net.classes.length),
  );
  const lists = rows.map((row) => predictions(net, row, top));
  return batch.single ? lists[0]! : lists;
}

function predictions(net: Network, scores: Float32Array, top: number): Prediction[] {
  const posteriors = posteriorsOf(scores);
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return order.slice(0, top).map((index) => {
    const { name, wnid } = net.classes[index]!;
    return { class: index, name, wnid, score: scores[index]!, posterior: posteriors[index]! };
  });
}

/** P_c = exp S_c / sum over c of exp S_c (Sect. 2), in float64. */
export function posteriorsOf(scores: Float32Array): Float64Array {
  const highest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(scores, (score) => Math.exp(score - highest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
