import type { ReluRule } from '../device/index.js';
import { batchOf, type Batch } from '../net/batch.js';
import { classesFor, type ClassArgument, type ClassChoice, type ClassesFor } from '../net/class-names.js';
import { demandNetwork } from '../net/demand-network.js';
import { eachImage, type ImageSource, type ResultOf } from '../net/each-image.js';
import type { Network, UpdateWeights } from '../net/network.js';
import { checkScores, type Prediction } from '../net/predictions.js';
import type { Subject } from '../net/subject.js';
import { weightSets, type WeightSet } from '../net/weight-sets.js';
import { array, elements } from '../ndarray.js';
import { inSlices, type Steps } from '../steps.js';
import { classMaps } from './class-maps.js';
import { finiteValues } from '../image/finite-values.js';
import {
  randomisationSettings,
  type RandomisationOptions,
  type RandomisationOrder,
  type RandomisationSettings,
} from './randomisation-options.js';
import { rankCorrelation, ranking, type Ranks } from './rank-correlation.js';
import { redrawnWeights } from './redrawn-weights.js';
import type { BestClass } from './saliency.js';
import { predictionsOf } from './saliency-map.js';
import { singleOf } from './single.js';

export type { RandomisationOptions, RandomisationOrder };

/** Spearman's, of a map with what it was before; from -1 to 1, null where one of both is the same everywhere. */
export interface MapCorrelation {
  /** Of the magnitudes. */
  readonly absolute: number | null;
  /** Of the values with their signs. */
  readonly signed: number | null;
}

export interface RandomisedLayer {
  /** The node whose weights were redrawn; of nodes that share theirs, the one nearest to the scores. */
  readonly layer: string;
  /** For each kind of map that was asked for. */
  readonly correlations: Readonly<Partial<Record<ReluRule, MapCorrelation>>>;
}

/** How far maps of a class keep their order when weights are redrawn. */
export interface Randomisation {
  /** What the network says of the class as it is. */
  readonly prediction: Prediction;
  readonly order: RandomisationOrder;
  /** From the top, nearest to the scores, downwards. */
  readonly layers: readonly RandomisedLayer[];
}

/** One result, or an array of them where the classes of an image are an array. */
export type OfClasses<Cls, Result> = Cls extends (index: number) => infer Choice
  ? OfClasses<Choice, Result>
  : Cls extends readonly ClassChoice[]
    ? Result[]
    : Result;

/**
 * The model-parameter randomisation test (Adebayo et al. 2018, "Sanity checks for saliency maps", Sect. 3): what is left
 * of a class's map when the weights of the layers are redrawn, from the top downwards. A map that stays as it was does not
 * show what the network has learnt there. Maps are those of `saliency`, of the class that is the best one before.
 *
 * The network itself is never changed: each image in work, two of an array or an async iterable, has a copy that shares
 * device, graph and host arrays, and takes the device's memory of one more network.
 *
 * Choice: weights are redrawn as those of a network before training (He et al. 2015, biases 0), as Adebayo et al. do;
 * `redraw: 'permuted'` gives each layer its own weights, and biases, in another order. What a layer gets follows from the
 * seed, the same in both orders.
 *
 * @param net      the network
 * @param img      an image or input, an array of these, or an async iterable, as for `saliency`; no batch
 * @param cls      as for `saliency`: a class, several, or a function of the image's index; default the best
 * @param options  order, rules, redraw, seed, score; of any call: onProgress, signal
 * @returns        prediction, order and layers; an array of these for several classes. It costs a pass for each layer and
 *                 kind of map
 * @throws         as `saliency`; ERR_ARGUMENT for a batch
 */
export function randomisation<Source extends ImageSource, Cls extends ClassArgument = BestClass>(
  net: Network,
  img: Source,
  cls?: Cls,
  options: RandomisationOptions = {},
): ResultOf<Source, OfClasses<Cls, Randomisation>> {
  const where = 'randomisation';
  return eachImage(where, img, options, () => {
    demandNetwork(where, net);
    const settings = randomisationSettings(where, options);
    let before = 0;
    return async (one, subject) => {
      const batch = singleOf(subject, batchOf(subject, net, one));
      const choice = classesFor(where, net.classes, cls, before++);
      const found = await net.withCopy((copy, update) =>
        randomised(copy, update, { subject, batch, choice }, settings),
      );
      return (choice.several ? found : found[0]!) as OfClasses<Cls, Randomisation>;
    };
  });
}

interface Explained {
  readonly subject: Subject;
  readonly batch: Batch;
  readonly choice: ClassesFor;
}

async function randomised(
  copy: Network,
  update: UpdateWeights,
  { subject, batch, choice }: Explained,
  settings: RandomisationSettings,
): Promise<Randomisation[]> {
  const input = (await batch.data).slice(); // a pass keeps what it is given
  const maps = new Maps(copy, subject, batch, input, settings);
  const { scores, ranks: before } = await maps.ranks(choice.indices);
  const predictions = predictionsOf(copy, scores, choice.indices, subject);
  const chosen = predictions.map((prediction) => prediction.class);
  const layers: RandomisedLayer[][] = chosen.map(() => []);
  const { graph, weights } = copy.model;
  const sets = weightSets(graph);
  for (const [i, set] of sets.entries()) {
    if (settings.order === 'independent' && i > 0) await give(sets[i - 1]!, (name) => weights.get(name)!.data, update);
    const drawn = await inSlices(redrawnWeights(weights, set, i, settings));
    await give(set, (name) => drawn.get(name)!, update);
    const { scores, ranks: after } = await maps.ranks(chosen);
    checkScores(subject.where, scores, copy.classes.length, () => `${subject.what} with "${set[0].name}" redrawn`);
    for (const [j, ofLayers] of layers.entries()) {
      const correlations = settings.rules.map((rule, r) => [rule, correlationOf(before[r]![j]!, after[r]![j]!)]);
      ofLayers.push({ layer: set[0].name, correlations: Object.fromEntries(correlations) as Correlations });
    }
  }
  return predictions.map((prediction, j) => ({ prediction, order: settings.order, layers: layers[j]! }));
}

type Correlations = RandomisedLayer['correlations'];

/** Of a map. */
interface MapRanks {
  readonly absolute: Ranks;
  readonly signed: Ranks;
}

function correlationOf(before: MapRanks, after: MapRanks): MapCorrelation {
  return {
    absolute: rankCorrelation(before.absolute, after.absolute),
    signed: rankCorrelation(before.signed, after.signed),
  };
}

/** The maps of one image or input in a network whose weights change. */
class Maps {
  /** @param input  what the batch holds; a pass keeps what it is given */
  constructor(
    readonly net: Network,
    readonly subject: Subject,
    readonly batch: Batch,
    readonly input: Float32Array,
    readonly settings: RandomisationSettings,
  ) {}

  /** The scores S_c [classes], and the ranks of each map: [rules][classes]. */
  async ranks(classes: readonly number[]): Promise<{ scores: Float32Array; ranks: MapRanks[][] }> {
    const { subject } = this;
    // While the maps of one kind are ranked, the device makes the next.
    const found = await Promise.all(
      this.settings.rules.map(async (rule) => {
        const ofRule: MapRanks[] = [];
        const size = this.net.inputShape.slice(1);
        const take = async (map: Float32Array, j: number) => {
          const values = finiteValues(subject.where, `the ${rule} map of ${subject.what}`, array(map, size));
          ofRule[j] = await inSlices(ranksOf(values));
        };
        return { scores: await this.#maps(rule, classes, take), ofRule };
      }),
    );
    return { scores: found[0]!.scores, ranks: found.map(({ ofRule }) => ofRule) };
  }

  #maps(
    rule: ReluRule,
    classes: readonly number[],
    take: (map: Float32Array, j: number) => Promise<void>,
  ): Promise<Float32Array> {
    const { net, settings } = this;
    const data = net.spare.take(this.subject.where, this.input.length);
    data.set(this.input);
    const area = elements(net.inputShape.slice(1));
    const options = { score: settings.score, rule, signed: true, signal: settings.signal };
    return classMaps(net, { ...this.batch, data }, [classes], options, async ({ first, count, maps }) => {
      for (let j = 0; j < count; j++) await take(maps.subarray(j * area, (j + 1) * area), first + j);
    });
  }
}

function* ranksOf(map: Float32Array): Steps<MapRanks> {
  return { signed: yield* ranking(map), absolute: yield* ranking(map.map(Math.abs)) };
}

/** Gives each node of the set its arrays, by their names. */
async function give(set: WeightSet, named: (name: string) => Float32Array, update: UpdateWeights): Promise<void> {
  for (const { name, weight, bias } of set) await update(name, named(weight), bias === null ? null : named(bias));
}
