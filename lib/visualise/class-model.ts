import { argumentError, integer } from '../check.js';
import { beginCall } from '../net/call.js';
import type { ClassChoice } from '../net/class-names.js';
import { demandNetwork } from '../net/demand-network.js';
import { demandNoScore } from '../net/gradient-request.js';
import type { Network } from '../net/network.js';
import { resolveAscent, type AscentTarget, type ResolvedAscent } from './ascent-target.js';
import { ascendTogether, type Model } from './ascend-together.js';
import { ascentSettings, seedsOf, type ClassModelOptions } from './class-model-options.js';
import type { ClassModel } from './class-model-result.js';
import { Pixels } from './pixels.js';

export type { AscentTarget } from './ascent-target.js';
export type { Optimiser, Schedule } from './ascent-rates.js';
export type { AscentSettings, ClassModelOptions, ClassModelPreset } from './class-model-options.js';
export type { AscentState, ClassModel } from './class-model-result.js';

/** One model, or several where there are several targets or seeds. */
export type ModelsOf<Target, Options> = Target extends readonly unknown[]
  ? ClassModel[]
  : Options extends { readonly seed: readonly number[] }
    ? ClassModel[]
    : ClassModel;

/**
 * Class model visualisation (Simonyan et al. 2013, Sect. 2): an image that maximises
 * S_c(I) - lambda ||I||^2 (Eq. 1), found by gradient ascent from the zero image, with the mean image added. I is the
 * zero-centred image in grey levels 0-255, whatever the network's own units, and ||I||^2 the sum over all its pixels and
 * channels. A step is I <- (I + eta dS/dI) / (1 + 2 eta lambda): up the score, then the penalty's proximal step, which is
 * stable for every lambda.
 *
 * @param net      the network; it needs preprocessing, which says what pictures its inputs are
 * @param cls      class index from 0, name or WNID; any target of net.gradient: { classes: { 281: 1, 282: -1 } },
 *                 { layer, channel, row, col }, { layer, channel } (here its mean over all positions), { layer, weights },
 *                 or { layer }; or an array of these. Classes ascend together, as one batch
 * @param options  preset: 'paper' (default) or 'robust', and the settings that make them up: steps, lambda,
 *                 learningRate, schedule, optimiser, momentum, score, noise, jitter, scales, normalise, chroma,
 *                 totalVariation, blur, decay, clip; seed, snapshots; onProgress, told of steps, and signal
 * @returns        { image, pixels, score, scoreOfImage, posterior, norm, stationarity, zero, history, snapshots, ... };
 *                 an array for several targets or seeds, those of one target side by side
 * @throws         ERR_ARGUMENT for what is unknown or out of range, networks without preprocessing, and where the score
 *                 overflows; the reason of an aborted signal; what onProgress throws
 */
export async function classModel<
  const Cls extends ClassChoice | AscentTarget | readonly (ClassChoice | AscentTarget)[],
  const Options extends ClassModelOptions = ClassModelOptions,
>(net: Network, cls: Cls, options?: Options): Promise<ModelsOf<Cls, Options>>;
export async function classModel(
  net: Network,
  cls: ClassChoice | AscentTarget | readonly (ClassChoice | AscentTarget)[],
  options: ClassModelOptions = {},
): Promise<ClassModel | ClassModel[]> {
  const where = 'classModel';
  demandNetwork(where, net);
  const settings = ascentSettings(where, options);
  const snapshots = options.snapshots === undefined ? null : integer(where, 'snapshots', options.snapshots, 1);
  const pixels = new Pixels(where, net);
  const seeds = seedsOf(where, options.seed, settings);
  const targets = Array.isArray(cls) ? (cls as readonly (ClassChoice | AscentTarget)[]) : [cls as AscentTarget];
  if (targets.length === 0) throw argumentError(where, 'class', 'one target or an array of at least one', cls);
  const resolved = targets.map((target) => resolveAscent(where, net.targetContext, target));
  if (options.score && resolved.some(({ ofClasses }) => !ofClasses)) demandNoScore(where, options.score);
  const models = resolved.flatMap((target) => seeds.map((seed): Model => ({ target, seed })));
  const batches = batchesOf(models, net.largestBatch);
  const call = beginCall(where, options, batches.length * settings.steps);
  const results: ClassModel[] = [];
  for (const [i, batch] of batches.entries()) {
    const report = (step: number) => call.report(i * settings.steps + step);
    const together = batch.map((model) => models[model]!);
    const made = await ascendTogether(net, together, { settings, snapshots, pixels, signal: call.signal, report });
    for (const [j, model] of batch.entries()) results[model] = made[j]!;
  }
  return Array.isArray(cls) || Array.isArray(options.seed) ? results : results[0]!;
}

/**
 * Indices of models that ascend together: classes may share a batch; any other target has its own, of all its seeds.
 * Batches of one group have about the same size, since each size is planned.
 */
function batchesOf(models: readonly Model[], largest: number): number[][] {
  const groups = new Map<ResolvedAscent | 'classes', number[]>();
  for (const [i, { target }] of models.entries()) {
    const key = target.class === null ? target : 'classes';
    groups.set(key, [...(groups.get(key) ?? []), i]);
  }
  return [...groups.values()].flatMap((group) => {
    const size = Math.ceil(group.length / Math.ceil(group.length / largest));
    return Array.from({ length: Math.ceil(group.length / size) }, (_, i) => group.slice(i * size, (i + 1) * size));
  });
}
