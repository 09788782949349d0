import { argumentError, finite, integer, knownOptions } from '../check.js';
import { batchOf, type NetworkInput } from '../net/batch.js';
import type { ClassArgument } from '../net/class-names.js';
import type { ImageOf, ImageSource, ResultOf } from '../net/each-image.js';
import type { Network } from '../net/network.js';
import { argument } from '../net/subject.js';
import { elements } from '../ndarray.js';
import {
  emptyMaps,
  explainEach,
  explainOptions,
  type Asked,
  type Completeness,
  type ExplainOptions,
  type Found,
} from './explain-each.js';
import { ruleOf, type Quadrature } from './gauss-legendre.js';
import { gradientsAt } from './gradients-at.js';
import { sumProducts } from './input-times-gradient.js';
import { scoredAt } from './points.js';
import type { BestClass, MapsOf } from './saliency.js';
import type { SaliencyMap } from './saliency-map.js';

export interface IntegratedGradientsOptions extends ExplainOptions {
  /** Points on the way from the baseline to the input, from 1 to 4096; default: as many as `tolerance` needs. */
  readonly steps?: number;
  /**
   * How far a map may miss what it should sum to, as a share of that; default 0.01. Points are doubled, from 64 to 512 at
   * most, until it does not. Only where `steps` is left out.
   */
  readonly tolerance?: number;
  /** Where the way begins: an image, or an input [channels, rows, cols]; default the mean image, an input of zeros. */
  readonly baseline?: NetworkInput;
}

/** A map and how far it adds up, for each of its predictions. */
export type IntegratedGradientsMap = SaliencyMap & { readonly completeness: readonly Completeness[] };

/**
 * How a class score comes about on the straight way from a baseline I' to the input (Sundararajan et al. 2017, Eq. 1):
 *
 *     M[i][j] = sum over channels c of (I - I')[c][i][j] * integral from 0 to 1 of dS/dI[c][i][j](I' + a (I - I')) da
 *
 * the integral by Gauss and Legendre's rule. Completeness: the map sums to S(I) - S(I'); `completeness` of the map says how
 * far it does, and in how many steps. Signed, in units of the score.
 *
 * Choice: that rule misses completeness least. Of photographs in SqueezeNet 1.1 it missed it by 0.2 % (median) and at
 * most 0.8 % with 64 points, the midpoint rule by 0.6 % and at most 3 %: gradients change most near the ends of the way,
 * where it has more points.
 * Choice: the baseline is the mean image, of which the zero-centred input is 0.
 *
 * @param net      the network
 * @param img      as for `saliency`: an image, an input, a batch, an array of these or an async iterable
 * @param cls      as for `saliency`: a class, several, or a function of the image's index; default the best
 * @param options  steps, tolerance, baseline, frame, score; of any call: onProgress, signal
 * @returns        [rows, cols] float32 with `seen`, `predictions` and `completeness`, or several of them, as of
 *                 `saliency`; the sum of `completeness` is that of the map in the frame of the net's input. It costs
 *                 a backward pass for each class and step, and a forward pass for each step and up to eight classes, those
 *                 of vain tries included
 * @throws         as `saliency`; ERR_SHAPE if the baseline is no input of the network; ERR_ARGUMENT if scores overflow on
 *                 the way
 */
export function integratedGradients<Source extends ImageSource, Cls extends ClassArgument = BestClass>(
  net: Network,
  img: Source,
  cls?: Cls,
  options: IntegratedGradientsOptions = {},
): ResultOf<Source, MapsOf<Cls, ImageOf<Source>, IntegratedGradientsMap>> {
  const where = 'integratedGradients';
  return explainEach<Source, Cls, IntegratedGradientsMap>(where, net, img, cls, options, () => {
    const trial = trialOf(integratedGradientsSettings(where, options));
    const baseline = baselineOf(where, net, options.baseline);
    return async (asked) => integrated(asked, trial, await baseline);
  });
}

/** Whole settings, checked, but for the baseline: how many steps, or how far they are doubled. */
export function integratedGradientsSettings(
  where: string,
  options: IntegratedGradientsOptions,
): Pick<IntegratedGradientsOptions, 'steps' | 'tolerance'> {
  knownOptions(where, options, ['steps', 'tolerance', 'baseline', ...explainOptions]);
  const { steps, tolerance } = options;
  if (steps === undefined) return { tolerance: finite(where, 'tolerance', tolerance ?? 0.01, 0) };
  if (tolerance !== undefined) throw argumentError(where, 'tolerance', 'left out where steps are given', tolerance);
  return { steps: integer(where, 'steps', steps, 1, 4096) };
}

/** Numbers of points, one after the other until the map is as complete as it must be. */
interface Trial {
  readonly counts: readonly number[];
  readonly tolerance: number;
}

/** Choice: 64 are enough for most photographs in SqueezeNet, and 128 for GoogLeNet; 512 bound what a call may cost. */
const tried = [64, 128, 256, 512];

function trialOf({ steps, tolerance = Infinity }: ReturnType<typeof integratedGradientsSettings>): Trial {
  return { counts: steps === undefined ? tried : [steps], tolerance };
}

function baselineOf(where: string, net: Network, given: NetworkInput | undefined) {
  if (given === undefined) return new Float32Array(elements(net.inputShape));
  const { data, single } = batchOf(argument(where, 'baseline'), net, given);
  if (single) return data;
  throw argumentError(where, 'baseline', 'one image or input', given);
}

async function integrated(asked: Asked, { counts, tolerance }: Trial, baseline: Float32Array): Promise<Found> {
  const { net, classes, scored } = asked;
  const area = elements(net.inputShape.slice(1));
  const ofMaps = classes.flatMap((ofInput, i) => ofInput.map((cls) => ({ i, cls })));
  const maps = emptyMaps(asked);
  const start = await scoresAt(asked, baseline);
  const completeness: Completeness[] = [];
  let missing = ofMaps.map((_, map) => map);
  for (const count of counts) {
    const rule = await ruleOf(count);
    await integrate(asked, rule, baseline, missing, (map, values) => {
      const { i, cls } = ofMaps[map]!;
      maps.set(values, map * area);
      const difference = scored[i * net.classes.length + cls]! - start[cls]!;
      completeness[map] = completenessOf(values, difference, count);
    });
    missing = missing.filter((map) => !isComplete(completeness[map]!, tolerance));
    if (missing.length === 0) break;
  }
  return { maps, completeness };
}

function isComplete({ delta, difference }: Completeness, tolerance: number): boolean {
  return Math.abs(delta) <= tolerance * Math.abs(difference);
}

/** Integrates over the way to some of the maps; `take` is given each, summed over channels, and must copy it. */
async function integrate(
  asked: Asked,
  { points, weights }: Quadrature,
  baseline: Float32Array,
  wanted: readonly number[],
  take: (map: number, values: Float32Array) => void,
): Promise<void> {
  const { net, classes, inputs } = asked;
  const [k, size] = [classes[0]!.length, elements(net.inputShape)];
  const way = new Float64Array(size);
  const values = new Float32Array(elements(net.inputShape.slice(1)));
  const sampling = {
    samples: points.length,
    move(_: number, step: number, point: Float32Array) {
      const share = points[step]!;
      for (let at = 0; at < size; at++) point[at] = baseline[at]! + share * (point[at]! - baseline[at]!);
    },
    collect(map: number) {
      const mean = new Float64Array(size);
      return (step: number, gradient: Float32Array) => {
        for (let at = 0; at < size; at++) mean[at]! += weights[step]! * gradient[at]!;
        if (step < points.length - 1) return;
        const first = Math.floor(map / k) * size;
        for (let at = 0; at < size; at++) way[at] = inputs[first + at]! - baseline[at]!;
        sumProducts(way, mean, values);
        take(map, values);
      };
    },
  };
  await gradientsAt(asked, sampling, wanted);
}

function completenessOf(map: Float32Array, difference: number, steps: number): Completeness {
  const sum = map.reduce((sum, value) => sum + value, 0);
  return { sum, difference, delta: sum - difference, steps };
}

/** What is explained, of every class, at one input. */
async function scoresAt({ where, net, score, signal }: Asked, input: Float32Array): Promise<Float32Array> {
  let found = new Float32Array();
  const point = { count: 1, write: (_: number, to: Float32Array) => to.set(input), nameOf: () => 'baseline' };
  await scoredAt(where, net, point, { score, signal }, (_, scored) => (found = scored.slice()));
  return found;
}
