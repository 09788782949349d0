import { argumentError, knownOptions, oneOf } from '../check.js';
import { DeepInsideError } from '../errors.js';
import type { Graph } from '../formats/graph.js';
import { scores, type Score } from './edit-graph.js';
import { valueNamed } from './layer-names.js';

export interface ForwardOptions {
  /** Names of nodes or of their outputs. */
  readonly layers?: readonly string[];
  readonly score?: Score;
}

/** A forward pass that was asked for, with its names looked up. */
export interface ForwardRequest {
  /** As the caller names them; undefined where scores are asked for. */
  readonly layers: readonly string[] | undefined;
  /** The values of these layers. */
  readonly values: readonly string[];
  readonly score: Score;
}

export function forwardRequest(where: string, graph: Graph, options: ForwardOptions): ForwardRequest {
  knownOptions(where, options, ['layers', 'score']);
  const { layers, score = 'class' } = options;
  if (layers !== undefined && !(layers instanceof Array)) {
    throw argumentError(where, 'layers', 'an array of names', layers);
  }
  if (layers && options.score) {
    throw new DeepInsideError('ERR_ARGUMENT', `${where}: score must be left out where layers are named, got both`);
  }
  return {
    layers,
    values: layers?.map((layer) => valueNamed(where, graph, layer)) ?? [],
    score: oneOf(where, 'score', score, scores),
  };
}
