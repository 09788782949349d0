import { argumentError, oneOf } from '../check.js';
import { allFinite, leaseOf, type Device, type DeviceChoice, type Precision } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import { weightNames } from '../formats/graph-check.js';
import type { Graph } from '../formats/graph.js';
import type { ClassName, Model } from '../formats/model.js';
import { inBlocks, inSlices, type Steps } from '../steps.js';
import { readClassNames } from './class-names-file.js';
import { checkClassNames, unnamedClasses } from './class-names.js';
import { trimmed } from './edit-graph.js';
import { createLayers } from './layer-of.js';
import { Network } from './network.js';
import type { Execution } from './sequence.js';
import { completePreprocessing, type PreprocessingChoice } from './preprocessing.js';
import { classCount, inferShapes } from './shapes.js';
import { inPrecision, precisions } from './rounding.js';
import { cacheFolder, TuningCache } from './tuning-cache.js';
import { tuned } from './tuning.js';
import type { Turn } from './turn.js';

export interface NetworkOptions {
  /** Instead of what the file states. */
  readonly preprocessing?: PreprocessingChoice;
  /**
   * Class names instead of the file's, one for each class in their order. An array of names or of { name, wnid }; the path
   * of a file: such an array as JSON where it ends in .json, else UTF-8 text with a line for each class, which may begin
   * with a WNID ("n01443537 goldfish"); or 'imagenet', the 1000 classes of ILSVRC 2012 by WNID.
   */
  readonly names?: string | readonly (string | Partial<ClassName>)[];
  /** 'auto' (default: CUDA where a GPU can be used, else the CPU), 'cpu', 'cuda', or a device of openDevice, which stays open. */
  readonly device?: DeviceChoice | Device;
  /**
   * How far the products of convolutions and matrices may be rounded where the device is faster that way: 'float32'
   * (default: not at all), 'tf32' (to 10 bits after the point) or 'bfloat16' (to 7). Sums, activations and maps stay
   * float32. On the CPU all three compute in float32.
   */
  readonly precision?: Precision;
  /**
   * true: time the algorithms of each convolution when a shape is first seen, and keep the choice in the user's cache
   * folder for the next time. That makes the first call of each batch size, and of each number of classes, longer: of
   * the SqueezeNet in the box by 0.6 s with one crop and by 1.7 s with ten (2 threads). An abort or dispose ends it
   * between two timings, and what was found is kept. Default false: fixed rules by shape and processor, the same bits on
   * every machine of a kind.
   */
  readonly tune?: boolean;
}

export const networkOptions = ['preprocessing', 'names', 'device', 'precision', 'tune'];

/** A network of a model on a device; tests choose the execution. */
export async function openNetwork(
  where: string,
  model: Model & { readonly graph: Graph },
  options: NetworkOptions,
  execution: Execution = 'replay',
): Promise<Network> {
  const { tune = false, precision: asked = 'float32', device: chosen = 'auto' } = options;
  const precision = oneOf(where, 'precision', asked, precisions);
  if (typeof tune !== 'boolean') throw argumentError(where, 'tune', 'true or false', tune);
  const whole = await completed(where, model, options);
  const lease = await leaseOf(where, chosen);
  const deviceFor = (turn: Turn) =>
    inPrecision(tune ? tuned(lease.device, tuningCache(), turn) : lease.device, precision);
  try {
    return new Network({ model: whole, lease, deviceFor, execution, precision });
  } catch (reason) {
    lease.release();
    throw reason;
  }
}

const tuningCaches = new Map<string, TuningCache>();

/** One for each folder, so that the networks of a process share what they find. */
function tuningCache(folder = cacheFolder()): TuningCache {
  const cache = tuningCaches.get(folder) ?? new TuningCache(folder);
  tuningCaches.set(folder, cache);
  return cache;
}

async function completed(where: string, model: Model & { readonly graph: Graph }, options: NetworkOptions) {
  const graph = trimmed(model.graph);
  const layers = createLayers(graph, model.weights);
  const count = classCount(graph, inferShapes(graph, layers, 1));
  const { preprocessing: stated = model.preprocessing ?? undefined } = options;
  const preprocessing = stated === undefined ? null : completePreprocessing(where, stated, graph.input.shape);
  const given = options.names === undefined ? model.classes : await namesOf(where, options.names, count);
  const classes = given === null ? unnamedClasses(count) : checkClassNames(where, given, count);
  const weights = usedWeights(graph, model.weights);
  await inSlices(checkingFinite(where, weights));
  return { ...model, graph, weights, preprocessing, classes };
}

async function namesOf(where: string, names: unknown, count: number): Promise<readonly ClassName[]> {
  if (typeof names !== 'string') return checkClassNames(where, names, count);
  return checkClassNames(names === 'imagenet' ? where : names, await readClassNames(where, names), count);
}

function usedWeights(graph: Graph, weights: Model['weights']): Model['weights'] {
  const used = new Set(graph.nodes.flatMap(weightNames));
  return new Map([...weights].filter(([name]) => used.has(name)));
}

/** What is multiplied by 0 is left out, so that a damaged file would give plausible scores of some inputs. */
function* checkingFinite(where: string, weights: Model['weights']): Steps<void> {
  for (const [name, { data }] of weights) {
    yield* inBlocks(data.length, 1, (begin, end) => {
      if (allFinite(data.subarray(begin, end))) return;
      const at = data.findIndex((value) => !Number.isFinite(value));
      const message = `${where}: weights must be finite, got ${data[at]} at element ${at} of "${name}"`;
      throw new DeepInsideError('ERR_FORMAT', `${message}; the file is damaged`);
    });
  }
}
