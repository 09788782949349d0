import { argumentError, finite, integer, knownOptions, oneOf } from '../check.js';
import { batchOf, type NetworkInput } from '../net/batch.js';
import { callOptions, type CallOptions } from '../net/call.js';
import { scores, type Score } from '../net/edit-graph.js';
import type { Network } from '../net/network.js';
import { argument } from '../net/subject.js';
import { elements } from '../ndarray.js';
import { inSlices } from '../steps.js';
import { blurred } from '../image/blurred.js';

/** What pixels are where they are taken away: the input smoothed, the mean image, or an image or input of one's own. */
export type Baseline = 'blur' | 'mean' | NetworkInput;

export interface InsertionDeletionOptions extends CallOptions {
  /** In how many equal parts of the pixels a curve goes; default 100. */
  readonly steps?: number;
  /** What pixels are before they are put back; default 'blur'. */
  readonly insertion?: Baseline;
  /** What they are replaced with; default 'mean'. */
  readonly deletion?: Baseline;
  /** Of 'blur': the Gaussian's standard deviation in pixels of the input; default 5. */
  readonly sigma?: number;
  /** What the curves are of; default P_c, 'posterior'. */
  readonly score?: Score;
  /** How many orders by lot the control is the mean of; default 3. */
  readonly orders?: number;
  /** Of these: an integer from 0 to 2^32 - 1; default 0. */
  readonly seed?: number;
}

/** What all pixels of an input are where they are taken away: dense [channels, rows, cols]. */
export type MakeBaseline = (input: Float32Array) => Float32Array | Promise<Float32Array>;

export interface CurveSettings extends Pick<CallOptions, 'signal'> {
  readonly steps: number;
  readonly score: Score;
  readonly orders: number;
  readonly seed: number;
  readonly insertion: MakeBaseline;
  readonly deletion: MakeBaseline;
}

export function curveSettings(where: string, net: Network, options: InsertionDeletionOptions): CurveSettings {
  knownOptions(where, options, ['steps', 'insertion', 'deletion', 'sigma', 'score', 'orders', 'seed', ...callOptions]);
  const { insertion = 'blur', deletion = 'mean', sigma = 5, score = 'posterior', orders = 3, seed = 0 } = options;
  const pixels = elements(net.inputShape.slice(1));
  const { steps = Math.min(100, pixels) } = options;
  finite(where, 'sigma', sigma, 0, 1000);
  return {
    steps: integer(where, 'steps', steps, 1, pixels),
    score: oneOf(where, 'score', score, scores),
    orders: integer(where, 'orders', orders, 1, 1000),
    seed: integer(where, 'seed', seed, 0, 2 ** 32 - 1),
    insertion: baselineOf(where, net, 'insertion', insertion, sigma),
    deletion: baselineOf(where, net, 'deletion', deletion, sigma),
    signal: options.signal,
  };
}

function baselineOf(where: string, net: Network, what: string, given: Baseline, sigma: number): MakeBaseline {
  const [, rows, cols] = net.inputShape;
  if (given === 'blur') return (input) => inSlices(blurred(input, [rows, cols], sigma));
  if (given === 'mean') return (input) => new Float32Array(input.length);
  const expected = "'blur', 'mean', or one image or input";
  if (typeof given === 'string') throw argumentError(where, what, expected, given);
  const { data, single } = batchOf(argument(where, what), net, given);
  if (single) return () => data;
  throw argumentError(where, what, expected, given);
}
