import { argumentError, boolean, finite, integer, knownOptions, oneOf } from '../check.js';
import type { ClassArgument } from '../net/class-names.js';
import type { ImageOf, ImageSource, ResultOf } from '../net/each-image.js';
import type { Network } from '../net/network.js';
import { elements } from '../ndarray.js';
import { Random, stir } from '../random.js';
import { emptyMaps, explainEach, explainOptions, type Asked, type ExplainOptions, type Found } from './explain-each.js';
import { gradientsAt } from './gradients-at.js';
import type { BestClass, MapsOf } from './saliency.js';
import type { SaliencyMap } from './saliency-map.js';

/** SmoothGrad, SmoothGrad-Squared and VarGrad. */
export type SmoothGradVariant = 'mean' | 'squares' | 'variance';
export const variants: readonly SmoothGradVariant[] = ['mean', 'squares', 'variance'];

export interface SmoothGradOptions extends ExplainOptions {
  /** 'mean' (default) is SmoothGrad, 'squares' SmoothGrad-Squared, 'variance' VarGrad. */
  readonly variant?: SmoothGradVariant;
  /** Noisy copies of each input, from 1 to 65536; default 25. */
  readonly samples?: number;
  /** The noise's standard deviation as a share of the input's range, its largest number less its least; default 0.15. */
  readonly noise?: number;
  /** An integer from 0 to 2^32 - 1; default 0. */
  readonly seed?: number;
  /** Of 'mean' alone. true: the mean derivative of largest magnitude with its sign; default false, its magnitude. */
  readonly signed?: boolean;
}

type Settings = Required<Pick<SmoothGradOptions, 'variant' | 'samples' | 'noise' | 'seed' | 'signed'>>;

/**
 * Gradients g_s = dS/dI(I + e_s) at noisy copies of the input, e_s ~ N(0, sigma^2), put together as
 *
 *     'mean'      |mean over s of g_s|            SmoothGrad (Smilkov et al. 2017)
 *     'squares'   mean of g_s^2                   SmoothGrad-Squared (Hooker et al. 2019)
 *     'variance'  mean of g_s^2 - (mean of g_s)^2 VarGrad (Adebayo et al. 2018)
 *
 * and then the maximum over colour channels, as in Sect. 3.1 of Simonyan et al. (2013).
 *
 * Choice: sigma is `noise` times the range of the net's input, all channels together, so that an image and the input made
 * of it get the same noise; Smilkov et al. found 10 to 20 % of the range to be good.
 * Choice: the noise of sample s follows from the seed and s alone, but for sigma, so that it depends neither on the images
 * and classes beside it nor on how they are batched.
 *
 * @param net      the network
 * @param img      as for `saliency`: an image, an input, a batch, an array of these or an async iterable
 * @param cls      as for `saliency`: a class, several, or a function of the image's index; default the best
 * @param options  variant, samples, noise, seed, signed, frame, score; of any call: onProgress, signal
 * @returns        [rows, cols] float32 with `seen` and `predictions`, or several of them, as of `saliency`: >= 0 unless
 *                 signed; of an image per grey level, of an input per unit of that, the squares of that for the others.
 *                 It costs `samples` backward passes for each class, and as many forward passes for up to eight of them
 * @throws         as `saliency`
 */
export function smoothGrad<Source extends ImageSource, Cls extends ClassArgument = BestClass>(
  net: Network,
  img: Source,
  cls?: Cls,
  options: SmoothGradOptions = {},
): ResultOf<Source, MapsOf<Cls, ImageOf<Source>>> {
  return explainEach<Source, Cls, SaliencyMap>('smoothGrad', net, img, cls, options, () => {
    const settings = smoothGradSettings('smoothGrad', options);
    return (asked) => smoothed(asked, settings);
  });
}

/** Whole settings, checked. */
export function smoothGradSettings(where: string, options: SmoothGradOptions): Settings {
  knownOptions(where, options, ['variant', 'samples', 'noise', 'seed', 'signed', ...explainOptions]);
  const { variant = 'mean', samples = 25, noise = 0.15, seed = 0, signed = false } = options;
  oneOf(where, 'variant', variant, variants);
  if (boolean(where, 'signed', signed) && variant !== 'mean') {
    throw argumentError(where, 'signed', `left out or false where variant is '${variant}'`, signed);
  }
  return {
    variant,
    signed,
    samples: integer(where, 'samples', samples, 1, 2 ** 16),
    noise: finite(where, 'noise', noise, 0, 1e6),
    seed: integer(where, 'seed', seed, 0, 2 ** 32 - 1),
  };
}

async function smoothed(asked: Asked, settings: Settings): Promise<Found> {
  const { net, inputs, scale } = asked;
  const { variant, samples, noise, seed } = settings;
  const [size, area] = [elements(net.inputShape), elements(net.inputShape.slice(1))];
  const maps = emptyMaps(asked);
  const deviations: number[] = [];
  await gradientsAt(asked, {
    samples,
    move(i, sample, point) {
      const deviation = (deviations[i] ??= noise * rangeOf(inputs.subarray(i * size, (i + 1) * size)));
      if (deviation > 0) addNoise(point, deviation, new Random((stir(seed) + sample) | 0));
    },
    collect(map) {
      const to = maps.subarray(map * area, (map + 1) * area);
      const sums = new Float64Array(variant === 'squares' ? 0 : size);
      const squares = new Float64Array(variant === 'mean' ? 0 : size);
      return (sample, gradient) => {
        for (let at = 0; at < sums.length; at++) sums[at]! += gradient[at]!;
        for (let at = 0; at < squares.length; at++) squares[at]! += gradient[at]! * gradient[at]!;
        if (sample === samples - 1) finish({ sums, squares }, settings, scale, to);
      };
    },
  });
  return { maps };
}

/** Puts the sums of all samples together; those that the variant does not need are empty. */
function finish(
  { sums, squares }: { readonly sums: Float64Array; readonly squares: Float64Array },
  { variant, samples, signed }: Settings,
  scale: Float32Array,
  to: Float32Array,
): void {
  const mean = (i: number) => sums[i]! / samples;
  if (variant === 'mean') return largest(to, scale, mean, signed);
  const ofSquares = (i: number) => squares[i]! / samples;
  const variance = (i: number) => Math.max(ofSquares(i) - mean(i) ** 2, 0);
  const squared = scale.map((one) => one * one);
  largest(to, squared, variant === 'squares' ? ofSquares : variance, false);
}

/** The largest number less the least. */
function rangeOf(input: Float32Array): number {
  let [least, most] = [Infinity, -Infinity];
  for (const value of input) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least;
}

/** input += deviation * N(0, 1) */
function addNoise(input: Float32Array, deviation: number, random: Random): void {
  for (let i = 0; i < input.length; i++) input[i]! += deviation * random.normal();
}

/** to[p] = of values[c][p] * scale[c] that of largest magnitude over channels c, the first of equal ones */
function largest(to: Float32Array, scale: Float32Array, values: (at: number) => number, signed: boolean): void {
  for (let p = 0; p < to.length; p++) {
    let found = 0;
    for (let c = 0, at = p; c < scale.length; c++, at += to.length) {
      const value = values(at) * scale[c]!;
      if (Math.abs(value) > Math.abs(found)) found = value;
    }
    to[p] = signed ? found : Math.abs(found);
  }
}
