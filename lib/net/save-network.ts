import { filePath, knownOptions, oneOf } from '../check.js';
import { writeSafetensors } from '../formats/safetensors.js';
import { writeWhole } from '../image/write-whole.js';
import { demandNetwork } from './demand-network.js';
import type { Network } from './network.js';

export interface SaveOptions {
  /** How the weights are stored; default 'float32', which loses nothing. */
  readonly dtype?: 'float32' | 'float16' | 'bfloat16';
}

/**
 * Writes a network as safetensors: weights, and in the metadata its graph, preprocessing and class names.
 *
 * @param path     a path or file URL; an existing file is replaced once the new one is whole
 * @param options  dtype: 'float32' (default), 'float16' or 'bfloat16'
 * @throws         ERR_IO if the file cannot be written
 */
export async function saveNetwork(net: Network, path: string | URL, options: SaveOptions = {}): Promise<void> {
  knownOptions('saveNetwork', options, ['dtype']);
  demandNetwork('saveNetwork', net);
  const target = filePath('saveNetwork', 'path', path);
  const { dtype: asked = 'float32' } = options;
  const dtype = oneOf('saveNetwork', 'dtype', asked, ['float32', 'float16', 'bfloat16']);
  const named = net.classes.some(({ name, wnid }) => name !== null || wnid !== null);
  const bytes = writeSafetensors({ ...net.model, classes: named ? net.classes : null }, { dtype });
  await writeWhole('saveNetwork', target, bytes);
}
