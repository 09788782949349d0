import { argumentError, boolean, finite, integer, knownOptions, oneOf, positive } from '../check.js';
import { kMeans, presets, type SegmentPreset } from './presets.js';

/** Shares of the pixels: of a map's values, which count as foreground above one quantile and as background below another. */
export interface Limits {
  readonly foreground: number;
  readonly background: number;
}

/** Everything that the segmentation depends on beside the map and the image. */
export interface SegmentSettings {
  /** Shorter side of the grid that is cut, in pixels, to which the image is resized; 'full': the image's own size. */
  readonly workSize: number | 'full';
  /** Quantiles of the map above and below which pixels make the colour models. */
  readonly quantiles: Limits;
  /** Quantiles above and below which pixels are foreground or background whatever their colour; false: none. */
  readonly clamps: Limits | false;
  /** Gaussians of each colour model, 1 to 64. */
  readonly components: number;
  /** How colours become Gaussians: binary splits, or k-means from the centres of k-means++. */
  readonly clustering: 'binary-split' | 'k-means';
  /** Of k-means, at most; null: by binary splits, which have none. */
  readonly rounds: number | null;
  /** Of k-means++; null: by binary splits. */
  readonly seed: number | null;
  /** What is added to the diagonal of covariances of colours from 0 to 1. */
  readonly covarianceFloor: number;
  /** Share of a likelihood that is the same for every colour, from 0 to below 1. */
  readonly uniform: number;
  /** The most that the colour of a pixel can cost, in nats; null: no limit. */
  readonly cap: number | null;
  /** Weight of an edge between pixels of equal colours; 0: each pixel has the label that its own colour makes cheaper. */
  readonly gamma: number;
  /** In e^(-beta c): by rule from the mean of c over the edges, 2 / mean ('iseg') or 1 / (2 mean) ('grabcut'). */
  readonly beta: 'iseg' | 'grabcut' | number;
  readonly neighbours: 4 | 8;
  /** Costs times this, rounded, are the integers that are cut: above 0 to 100,000, and gamma * scale stays below 2^23. */
  readonly scale: number;
  /** Cuts at most: the second and later ones have colour models that were made anew of what the one before separated. */
  readonly iterations: number;
  /** Whether parts of the foreground that touch no foreground seed are left out. */
  readonly postProcess: boolean;
}

/** Some of the settings; of limits one may be left out as well. */
export type GivenSettings = Partial<Omit<SegmentSettings, 'quantiles' | 'clamps'>> & {
  readonly quantiles?: Partial<Limits>;
  readonly clamps?: Partial<Limits> | false;
};

export const settingNames: readonly string[] = ['preset', ...Object.keys(presets.iseg)];

/** The preset's settings with those that are given instead, all checked. */
export function segmentSettings(where: string, given: object): SegmentSettings {
  const { preset = 'iseg', ...own } = given as { preset?: SegmentPreset } & GivenSettings;
  const base = presets[oneOf(where, 'preset', preset, Object.keys(presets) as SegmentPreset[])];
  const said = Object.entries(own).filter(([name, value]) => settingNames.includes(name) && value !== undefined);
  const all = { ...base, ...Object.fromEntries(said) };
  const limits = { quantiles: quantilesOf(where, all, base), clamps: clampsOf(where, all, base) };
  const settings = { ...all, ...limits, ...kMeansOf(where, all.clustering, own) };
  checkModels(where, settings);
  checkEnergy(where, settings);
  return settings;
}

/** Given and useless they are refused, as `merge` is without ten crops. */
function kMeansOf(
  where: string,
  clustering: SegmentSettings['clustering'],
  { rounds, seed }: GivenSettings,
): Pick<SegmentSettings, 'rounds' | 'seed'> {
  if (clustering === 'k-means') return { rounds: rounds ?? kMeans.rounds, seed: seed ?? kMeans.seed };
  for (const [what, value] of Object.entries({ rounds, seed })) {
    if (value !== undefined && value !== null)
      throw argumentError(where, what, "left out where clustering is not 'k-means'", value);
  }
  return { rounds: null, seed: null };
}

function quantilesOf(where: string, { quantiles }: SegmentSettings, base: SegmentSettings): Limits {
  return limitsOf(where, 'quantiles', quantiles, base.quantiles);
}

function clampsOf(where: string, { clamps }: SegmentSettings, base: SegmentSettings): Limits | false {
  if (clamps === false) return false;
  return limitsOf(where, 'clamps', clamps, base.clamps || presets.iseg.clamps, ' (or clamps: false)');
}

function limitsOf(where: string, what: string, value: unknown, base: Limits | false, or = ''): Limits {
  if (typeof value !== 'object' || value === null) {
    throw argumentError(where, what, `{ foreground, background } from 0 to 1${or}`, value);
  }
  knownOptions(`${where}: ${what}`, value, ['foreground', 'background']);
  const limits = { ...(base as Limits), ...withoutUndefined(value as Limits) };
  finite(where, `${what}.foreground`, limits.foreground, 0, 1);
  finite(where, `${what}.background`, limits.background, 0, 1);
  if (limits.background <= limits.foreground) return limits;
  const expected = `at most ${what}.foreground, ${limits.foreground}`;
  throw argumentError(where, `${what}.background`, expected, limits.background);
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<T>;
}

function checkModels(where: string, settings: SegmentSettings): void {
  const { workSize } = settings;
  if (workSize !== 'full') {
    if (typeof workSize !== 'number') {
      throw argumentError(where, 'workSize', "an integer from 1 to 8192 or 'full'", workSize);
    }
    integer(where, 'workSize', workSize, 1, 8192);
  }
  integer(where, 'components', settings.components, 1, 64);
  oneOf(where, 'clustering', settings.clustering, ['binary-split', 'k-means']);
  if (settings.rounds !== null) integer(where, 'rounds', settings.rounds, 1, 1000);
  if (settings.seed !== null) integer(where, 'seed', settings.seed, 0);
  finite(where, 'covarianceFloor', settings.covarianceFloor, 1e-9, 0.5);
  integer(where, 'iterations', settings.iterations, 1, 1000);
  boolean(where, 'postProcess', settings.postProcess);
}

/** Sums of eight edges must stay below the capacity of a clamp, 2^27 - 1. */
const largestEdge = 2 ** 23;

function checkEnergy(where: string, { uniform, cap, gamma, beta, neighbours, scale }: SegmentSettings): void {
  finite(where, 'uniform', uniform, 0, 0.999);
  if (cap !== null) finite(where, 'cap', cap, 0, 1e6);
  finite(where, 'gamma', gamma, 0, 1e6);
  if (typeof beta === 'number') finite(where, 'beta', beta, 0, 1e12);
  else if (beta !== 'iseg' && beta !== 'grabcut') {
    throw argumentError(where, 'beta', "'iseg', 'grabcut' or a number", beta);
  }
  if (neighbours !== 4 && neighbours !== 8) throw argumentError(where, 'neighbours', '4 or 8', neighbours);
  finite(where, 'scale', positive(where, 'scale', scale), 0, 1e5);
  if (gamma * scale < largestEdge) return;
  throw argumentError(where, 'gamma * scale', `below 2^23, the largest edge that is cut`, gamma * scale);
}
