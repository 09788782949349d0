import { argumentError, knownOptions } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { readModel } from '../formats/read-model.js';
import type { Network } from './network.js';
import { networkOptions, openNetwork, type NetworkOptions } from './open-network.js';
import type { InputShape } from './preprocessing.js';

/** Where a model comes from: a path, a file URL, or the bytes of a file. */
export type ModelSource = string | URL | Uint8Array;

export interface LoadOptions extends NetworkOptions {
  /** [channels, rows, cols], for ONNX files that leave the size of their input open. */
  readonly inputShape?: InputShape;
}

/** SqueezeNet v1.1 in half precision, with its preprocessing and class names. */
export const shippedNetwork: URL = new URL('../../models/squeezenet1_1.safetensors', import.meta.url);

/**
 * Loads a network from a file that holds its graph: ONNX, or safetensors as saveNetwork writes it; told apart by content.
 * A soft-max at the end is cut off, so that the scores are S_c (Sect. 2).
 *
 * @param source   a path, a file URL or bytes; default the SqueezeNet 1.1 that comes with this library
 * @param options  preprocessing, names, device, precision, tune, inputShape
 * @throws         ERR_IO, ERR_FORMAT or ERR_UNSUPPORTED, naming the place in the file
 */
export async function loadNetwork(source: ModelSource = shippedNetwork, options: LoadOptions = {}): Promise<Network> {
  knownOptions('loadNetwork', options, ['inputShape', ...networkOptions]);
  checkSource('loadNetwork', 'source', source);
  const model = await readModel(source, { inputShape: options.inputShape });
  const stated = model.graph?.input.shape;
  if (options.inputShape !== undefined && stated && stated.join() !== [options.inputShape].join()) {
    throw argumentError('loadNetwork', 'inputShape', `the file's own [${stated.join(', ')}]`, options.inputShape);
  }
  if (model.graph) return openNetwork('loadNetwork', { ...model, graph: model.graph }, options);
  const remedy =
    'call createNetwork(NAME, { weights }), on the command line --architecture NAME, with the one it belongs to';
  throw new DeepInsideError('ERR_FORMAT', `loadNetwork: ${sourceName(source)} holds weights but no graph; ${remedy}`);
}

export function checkSource(where: string, what: string, source: unknown): void {
  if (typeof source === 'string' || source instanceof URL || source instanceof Uint8Array) return;
  throw argumentError(where, what, 'a path, a file URL or the bytes of a file', source);
}

function sourceName(source: ModelSource): string {
  return source instanceof Uint8Array ? 'the file' : String(source);
}
