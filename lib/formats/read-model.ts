import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { filePath, knownOptions } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { inSlices } from '../steps.js';
import { copying } from './float-bytes.js';
import type { Model } from './model.js';
import type { InputShape } from './onnx/graph-input.js';
import { readOnnx } from './onnx/read-onnx.js';
import { readingSafetensors } from './safetensors.js';
import { sniff } from './sniff.js';

export interface ReadModelOptions {
  /** [channels, rows, cols] of the input, for ONNX files that leave them open. */
  readonly inputShape?: InputShape;
}

/**
 * Reads a network or weights from ONNX or safetensors, told apart by content.
 *
 * @param source  a path, a file URL, or the bytes of a file, which must stay as they are until the promise is settled
 * @throws        ERR_IO where the file cannot be read; ERR_FORMAT or ERR_UNSUPPORTED naming the place in it
 */
export async function readModel(source: string | URL | Uint8Array, options: ReadModelOptions = {}): Promise<Model> {
  knownOptions('readModel', options, ['inputShape']);
  const path = source instanceof Uint8Array ? null : pathOf(source);
  const where = path ?? 'model';
  const bytes = source instanceof Uint8Array ? await inSlices(copying(source)) : await bytesOf(where);
  if (sniff(bytes, where) === 'safetensors') return inSlices(readingSafetensors(bytes, where));
  return readOnnx(bytes, where, { folder: path === null ? null : dirname(path), inputShape: options.inputShape });
}

function pathOf(source: string | URL): string {
  return filePath('readModel', 'source', source, 'a path, a file URL or bytes', 'download the file first');
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const folder = (cause as NodeJS.ErrnoException).code === 'EISDIR';
    const remedy = folder ? '; this is a folder, give the file in it (a SavedModel must be converted to ONNX)' : '';
    throw new DeepInsideError('ERR_IO', `${path}: cannot be read (${(cause as Error).message})${remedy}`, { cause });
  }
}
