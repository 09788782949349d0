import { argumentError, boolean, finite, float32, integer, knownOptions, oneOf } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { callOptions, type CallOptions } from '../net/call.js';
import { scores, type Score } from '../net/edit-graph.js';
import { optimisers, schedules, type Optimiser, type Schedule } from './ascent-rates.js';

export type ClassModelPreset = 'paper' | 'robust';

export interface ClassModelOptions extends Partial<AscentSettings>, CallOptions {
  /**
   * What all other options are by default. 'paper' (default): Eq. 1 and nothing else. 'robust': pictures that people
   * recognise, by gradients that are smoothed at several scales, jitter, blur, and more luminance than colour.
   */
  readonly preset?: ClassModelPreset;
  /** Of random starts and jitter, from 0 to 2^32 - 1; default 0. An array gives a model of each class for each seed, with noise or jitter. */
  readonly seed?: number | readonly number[];
  /** Keep the 8-bit image after every so many steps; default: none. */
  readonly snapshots?: number;
}

/** How an image is made to ascend. Pixels are grey levels 0-255, less the mean image. */
export interface AscentSettings {
  readonly steps: number;
  /** The weight of ||I||^2 in Eq. 1, per squared grey level; where gradients are normalised it weighs against these. */
  readonly lambda: number;
  /** eta: grey levels squared per unit of the score; with normalised gradients, grey levels a step. */
  readonly learningRate: number;
  /** How the learning rate goes down: not at all, or to 0 along a line or half a period of a cosine. */
  readonly schedule: Schedule;
  readonly optimiser: Optimiser;
  /**
   * Of 'momentum': the part of the last displacement that is made again (Ochs et al. 2014, iPiano), as it was before
   * `clip` and `blur`; of Adam its beta 1.
   */
  readonly momentum: number;
  /** S_c, P_c, or S_c before a ReLU that follows the last weights. */
  readonly score: Score;
  /** Standard deviation of the random image that it starts from, in grey levels; 0: the zero image. */
  readonly noise: number;
  /** The image is rolled by up to so many pixels, another way in each step. */
  readonly jitter: number;
  /**
   * Standard deviations, in pixels, of the Gaussians that the gradient is smoothed with; the results, each divided by its
   * root mean square, are summed. 0 is the gradient itself; none: the gradient as it is.
   */
  readonly scales: readonly number[];
  /** Whether gradients are divided by their root mean square. */
  readonly normalise: boolean;
  /** What is left of the gradient's differences between the colours of a pixel: from 0, grey, to 1, all. */
  readonly chroma: number;
  /** The weight of total variation, which is subtracted from what ascends. */
  readonly totalVariation: number;
  /** The image is blurred after every so many steps; sigma, in pixels, goes from the first to the second number. */
  readonly blur: { readonly every: number; readonly sigma: readonly [first: number, last: number] } | null;
  /** The part of the image that each step takes away, beside what lambda takes. */
  readonly decay: number;
  /** Whether pixels are kept to what a picture can show, 0 to 255. */
  readonly clip: boolean;
}

/**
 * Choice: the paper does not tell its constants. Under these the objective settles for SqueezeNet 1.1 and GoogLeNet
 * (docs/choices.md), and pixels differ from the mean by some tens of grey levels.
 */
const paper: AscentSettings = {
  steps: 1000,
  lambda: 3e-6,
  learningRate: 2e3,
  schedule: 'cosine',
  optimiser: 'plain',
  momentum: 0.9,
  score: 'class',
  noise: 0,
  jitter: 0,
  scales: [],
  normalise: false,
  chroma: 1,
  totalVariation: 0,
  blur: null,
  decay: 0,
  clip: false,
};

/** Choice: found by trying, and by looking at the pictures. */
const robust: AscentSettings = {
  ...paper,
  steps: 400,
  lambda: 0,
  learningRate: 8,
  schedule: 'constant',
  optimiser: 'plain',
  score: 'unclipped',
  jitter: 48,
  scales: [1, 2, 4],
  normalise: true,
  chroma: 0.5,
  blur: { every: 1, sigma: [1.5, 0.4] },
  decay: 0.03,
  clip: true,
};

const presets: Readonly<Record<ClassModelPreset, AscentSettings>> = { paper, robust };

/** Whole settings, checked. */
export function ascentSettings(where: string, options: ClassModelOptions): AscentSettings {
  knownOptions(where, options, ['preset', 'seed', 'snapshots', ...Object.keys(paper), ...callOptions]);
  const { preset = 'paper' } = options;
  const defaults = presets[oneOf(where, 'preset', preset, ['paper', 'robust'])];
  const given = Object.entries(options).filter(([key, value]) => key in paper && value !== undefined);
  const settings = { ...defaults, ...Object.fromEntries(given) };
  checkSteps(where, settings);
  checkRobustness(where, settings);
  return settings;
}

/** In float32, and below 1. */
const nearlyOne = 1 - 2 ** -24;

function checkSteps(where: string, settings: AscentSettings): void {
  integer(where, 'steps', settings.steps, 1);
  float32(where, 'lambda', settings.lambda, 0);
  float32(where, 'learningRate', settings.learningRate, 0);
  finite(where, 'momentum', settings.momentum, 0, nearlyOne);
  finite(where, 'noise', settings.noise, 0, 255);
  finite(where, 'decay', settings.decay, 0, nearlyOne);
  oneOf(where, 'schedule', settings.schedule, schedules);
  oneOf(where, 'optimiser', settings.optimiser, optimisers);
  oneOf(where, 'score', settings.score, scores);
}

/** Of a Gaussian, in pixels: beyond it the taps reach over every image that networks see. */
const widest = 64;

function checkRobustness(where: string, settings: AscentSettings): void {
  const { scales, blur } = settings;
  integer(where, 'jitter', settings.jitter, 0, 2 ** 20);
  finite(where, 'chroma', settings.chroma, 0, 1);
  float32(where, 'totalVariation', settings.totalVariation, 0);
  for (const name of ['normalise', 'clip'] as const) {
    boolean(where, name, settings[name]);
  }
  if (!Array.isArray(scales)) throw argumentError(where, 'scales', 'an array of numbers of pixels', scales);
  scales.forEach((scale, i) => finite(where, `scales[${i}]`, scale, 0, widest));
  if (blur === null) return;
  if (typeof blur !== 'object' || !Array.isArray(blur.sigma) || blur.sigma.length !== 2) {
    throw argumentError(where, 'blur', 'null or { every, sigma: [first, last] }', blur);
  }
  knownOptions(`${where}: blur`, blur, ['every', 'sigma']);
  integer(where, 'blur.every', blur.every, 1);
  blur.sigma.forEach((sigma, i) => finite(where, `blur.sigma[${i}]`, sigma, 0, widest));
}

/** Refuses several that would give the same model each. */
export function seedsOf(
  where: string,
  seed: number | readonly number[] = 0,
  { noise, jitter }: AscentSettings,
): readonly number[] {
  const seeds = Array.isArray(seed) ? (seed as readonly number[]) : [seed as number];
  if (seeds.length === 0) throw argumentError(where, 'seed', 'an integer or an array of at least one', seed);
  for (const one of seeds) integer(where, 'seed', one, 0, 2 ** 32 - 1);
  if (seeds.length === 1 || noise > 0 || jitter > 0) return seeds;
  const message = `${where}: seed must be one, got ${seeds.length}, whose models would be the same: nothing is drawn by lot`;
  throw new DeepInsideError('ERR_ARGUMENT', `${message}; give noise or jitter`);
}
