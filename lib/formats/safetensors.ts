import { DeepInsideError } from '../errors.js';
import { shown } from '../check.js';
import { elements } from '../ndarray.js';
import { atOnce, type Steps } from '../steps.js';
import { decoding, encodeFloats, type StoredFloat } from './float-bytes.js';
import { checkGraph } from './graph-check.js';
import { describeModel, isImage, meanImageName, parseDescription } from './model-json.js';
import type { HostTensor, Model } from './model.js';
import { metadataKey, readHeader } from './safetensors-header.js';

export interface SafetensorsOptions {
  /** How the weights are stored. */
  readonly dtype: StoredFloat;
}

/** Our key in the file's metadata: graph, preprocessing and class names as one JSON text. */
const descriptionKey = 'deep-inside';

const floats = { F64: 'float64', F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;
const names: Readonly<Record<StoredFloat, keyof typeof floats>> = { float32: 'F32', float16: 'F16', bfloat16: 'BF16' };

/**
 * Reads a safetensors file; one that we did not write holds weights alone (graph, preprocessing and classes are null).
 * Choice: tensors of integers are left out; in a classifier they are counters (num_batches_tracked), never weights.
 *
 * @param bytes  the whole file; weights may be views of it
 * @param where  the path, for messages
 * @throws       ERR_FORMAT with the byte offset where header, tensors or description contradict each other, before
 *               anything that the file claims is allocated
 */
export function* readingSafetensors(bytes: Uint8Array, where: string): Steps<Model> {
  const { metadata, tensors } = readHeader(bytes, where);
  yield;
  const weights = new Map<string, HostTensor>();
  for (const { name, dtype, shape, begin, end } of tensors) {
    if (!isFloat(dtype)) continue;
    weights.set(name, { shape, data: yield* decoding(floats[dtype], bytes.subarray(begin, end)) });
    yield;
  }
  const description = metadata.get(descriptionKey);
  if (description === undefined) return { graph: null, weights, preprocessing: null, classes: null };
  const model = parseDescription(where, description, weights.get(meanImageName));
  yield;
  weights.delete(meanImageName);
  if (model.graph) checkGraph(where, model.graph, weights);
  return { ...model, weights };
}

function isFloat(dtype: string): dtype is keyof typeof floats {
  return dtype in floats;
}

export function readSafetensors(bytes: Uint8Array, where: string): Model {
  return atOnce(readingSafetensors(bytes, where));
}

/**
 * Writes a model as safetensors: its weights, and its graph, preprocessing and class names in the metadata.
 * Choice: a mean image is stored as float32 whatever `dtype` is; its grey levels would be rounded visibly.
 *
 * @throws  ERR_ARGUMENT where a weight is beyond the range of float16; ERR_FORMAT where graph and weights do not fit
 */
export function writeSafetensors(model: Model, { dtype }: SafetensorsOptions): Uint8Array {
  const where = 'writeSafetensors';
  if (model.graph) checkGraph(where, model.graph, model.weights);
  const mean = model.preprocessing?.mean;
  const parts = [...model.weights].map(([name, tensor]) => part(where, name, tensor, dtype));
  // In front, so that every tensor begins at a multiple of its element's size.
  if (mean && isImage(mean)) parts.unshift(part(where, meanImageName, mean, 'float32'));

  // Without a prototype, so that a weight may even be called __proto__.
  const header = Object.create(null) as Record<string, unknown>;
  header[metadataKey] = { [descriptionKey]: describeModel(model) };
  let offset = 0;
  for (const { name, shape, stored, bytes } of parts) {
    if (Object.hasOwn(header, name)) {
      throw new DeepInsideError(
        'ERR_ARGUMENT',
        `${where}: no weight may be called ${shown(name)}, the format uses that name`,
      );
    }
    header[name] = { dtype: names[stored], shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
  }
  return joined(JSON.stringify(header), parts, offset);
}

interface Part {
  readonly name: string;
  readonly shape: readonly number[];
  readonly stored: StoredFloat;
  readonly bytes: Uint8Array;
}

function part(where: string, name: string, { shape, data }: HostTensor, stored: StoredFloat): Part {
  if (elements(shape) !== data.length) {
    throw new DeepInsideError(
      'ERR_SHAPE',
      `${where}: ${shown(name)} of shape ${shown(shape)} cannot hold ${data.length} numbers`,
    );
  }
  const largest = 65520; // from here on float16 rounds to infinity
  const beyond =
    stored === 'float16'
      ? data.find((value) => Math.abs(value) >= largest && value !== Infinity && value !== -Infinity)
      : undefined;
  if (beyond !== undefined) {
    throw new DeepInsideError(
      'ERR_ARGUMENT',
      `${where}: ${shown(name)} holds ${beyond}, beyond float16; use bfloat16 or float32`,
    );
  }
  return { name, shape, stored, bytes: encodeFloats(stored, data) };
}

/** Length of the header, the header padded with spaces to a multiple of 8 bytes, the tensors. */
function joined(header: string, parts: readonly Part[], length: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const padded = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + padded + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.fill(0x20, 8, 8 + padded);
  file.set(text, 8);
  let at = 8 + padded;
  for (const { bytes } of parts) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}
