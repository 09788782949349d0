import { argumentError, integer, knownOptions } from '../check.js';
import { DeepInsideError } from '../errors.js';
import type { Graph } from '../formats/graph.js';
import { readModel } from '../formats/read-model.js';
import { inSlices } from '../steps.js';
import { fittedWeights } from './architectures/fitted-weights.js';
import { architecture, architectureName, type ArchitectureName } from './architectures/index.js';
import { randomWeights } from './architectures/random-weights.js';
import { checkSource, type ModelSource } from './load-network.js';
import type { Network } from './network.js';
import { networkOptions, openNetwork, type NetworkOptions } from './open-network.js';
import type { InputShape } from './preprocessing.js';

export interface CreateOptions extends NetworkOptions {
  /** How many scores the last layer gives; default 1000. */
  readonly classes?: number;
  /** Of the random weights, from 0 to 2^32 - 1; default 0. */
  readonly seed?: number;
  /** [channels, rows, cols], for architectures without linear layers (squeezenet1_0, squeezenet1_1) at other sizes. */
  readonly inputShape?: InputShape;
  /** A file of weights for this architecture, instead of random ones; it needs to hold no graph. */
  readonly weights?: ModelSource;
}

/**
 * A built-in architecture: 'paper' (also 'simonyan2013'), 'cnn-f', 'alexnet', 'vgg16', 'squeezenet1_0', 'squeezenet1_1'.
 *
 * @param name     which one
 * @param options  classes, seed, weights, and those of loadNetwork
 * @throws         ERR_FORMAT naming the tensors of the file that are missing, unknown or of another shape; ERR_SHAPE naming
 *                 the layer to which `inputShape` does not fit
 *
 * Random weights cost about 9 ns each: 0.5 s for 'paper', 1.2 s for 'vgg16'.
 */
export async function createNetwork(name: ArchitectureName, options: CreateOptions = {}): Promise<Network> {
  const where = 'createNetwork';
  knownOptions(where, options, ['classes', 'seed', 'weights', 'inputShape', ...networkOptions]);
  const { weights, seed = 0, classes = 1000 } = options;
  const known = architectureName(where, name);
  const built = architecture(known, integer(where, 'classes', classes, 1, 1_000_000));
  integer(where, 'seed', seed, 0, 2 ** 32 - 1);
  const { weightShapes } = built;
  const graph = withInputShape(where, built.graph, options.inputShape);
  if (weights === undefined) {
    const random = {
      graph,
      weights: await inSlices(randomWeights(weightShapes, seed)),
      preprocessing: null,
      classes: null,
    };
    const { preprocessing = built.preprocessing } = options;
    return openNetwork(where, random, { ...options, preprocessing });
  }
  if (options.seed !== undefined) {
    throw new DeepInsideError(
      'ERR_ARGUMENT',
      `${where}: seed must be left out where weights come from a file, got ${seed}`,
    );
  }
  checkSource(where, 'weights', weights);
  const file = await readModel(weights);
  const fitted = { ...file, graph, weights: fittedWeights(where, name, built, file.weights) };
  const { preprocessing = file.preprocessing ?? built.preprocessing } = options;
  return openNetwork(where, fitted, { ...options, preprocessing });
}

/** The graph for an input of another size; layers that do not fit it are refused where shapes are inferred. */
function withInputShape(where: string, graph: Graph, shape: InputShape | undefined): Graph {
  if (shape === undefined) return graph;
  const [channels] = graph.input.shape;
  const fits = Array.isArray(shape) && shape.length === 3 && shape.every((side) => Number.isInteger(side) && side >= 1);
  if (!fits || shape[0] !== channels) throw argumentError(where, 'inputShape', `[${channels}, rows, cols]`, shape);
  return { ...graph, input: { ...graph.input, shape } };
}
