import { ProtobufReader, wire } from './protobuf.js';
import { formatError } from './refusal.js';

export type Format = 'onnx' | 'safetensors';

interface Stranger {
  readonly is: (bytes: Uint8Array, text: string) => boolean;
  readonly name: string;
  readonly remedy: string;
}

const toOnnx = (call: string) => `convert it to ONNX with ${call}`;
const fromTorch = 'export the model with torch.onnx.export, or save its state_dict with safetensors.torch.save_file';

/** Files that are taken for models, by how they begin; `text` is their beginning, one character per byte. */
const strangers: readonly Stranger[] = [
  { is: (bytes) => bytes.length === 0, name: 'an empty file', remedy: 'fetch it again' },
  {
    is: begins('version https://git-lfs'),
    name: 'a Git LFS pointer',
    remedy: 'fetch the file itself with git lfs pull',
  },
  {
    is: (_, text) => /^\s*<(!doctype|html|\?xml)/i.test(text),
    name: 'a web page',
    remedy: 'the download failed, try again',
  },
  { is: isTorchZip, name: 'a PyTorch .pth archive', remedy: fromTorch },
  { is: begins('PK\x03\x04'), name: 'a zip archive (.keras, .npz, ...)', remedy: 'give a safetensors or ONNX file' },
  {
    is: (bytes) => bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5,
    name: 'a Python pickle (.pth, .pkl)',
    remedy: fromTorch,
  },
  {
    is: begins('MATLAB'),
    name: 'a MATLAB .mat file (MatConvNet)',
    remedy: 'write its arrays as safetensors from Python (scipy.io.loadmat)',
  },
  { is: begins('\x89HDF'), name: 'an HDF5 file (Keras .h5, MATLAB 7.3)', remedy: toOnnx('tf2onnx') },
  { is: (_, text) => text.slice(4, 8) === 'TFL3', name: 'a TensorFlow Lite file', remedy: toOnnx('tf2onnx') },
  { is: begins('GGUF'), name: 'a GGUF file', remedy: 'give a safetensors or ONNX file of an image classifier' },
  { is: begins('\x1f\x8b'), name: 'a gzip file', remedy: 'unpack it first' },
  { is: begins('\xff\xd8\xff'), name: 'a JPEG image', remedy: 'give it as the image, not as the model' },
  { is: begins('\x89PNG'), name: 'a PNG image', remedy: 'give it as the image, not as the model' },
  { is: (_, text) => /^\s*\{/.test(text), name: 'JSON (TensorFlow.js model.json?)', remedy: toOnnx('tf2onnx --tfjs') },
];

const readable = 'models come as ONNX or safetensors';

/**
 * Tells what a file is by its content; extensions lie.
 *
 * @param where  the path, for messages
 * @throws       ERR_FORMAT saying what the file looks like and what to convert it to, if it is neither
 */
export function sniff(bytes: Uint8Array, where: string): Format {
  const text = String.fromCharCode(...bytes.subarray(0, 256));
  // Eight bytes of length, then JSON; a length below 2^48 tells it from text that happens to have a brace there.
  if (text[8] === '{' && text.slice(6, 8) === '\0\0') return 'safetensors';
  const stranger = strangers.find(({ is }) => is(bytes, text));
  if (stranger) throw formatError(where, `this is ${stranger.name}; ${readable}: ${stranger.remedy}`);
  return sniffProtobuf(bytes, where);
}

function begins(prefix: string): Stranger['is'] {
  return (_, text) => text.startsWith(prefix);
}

/** torch.save writes the member "<name>/data.pkl" first, stored. */
function isTorchZip(_: Uint8Array, text: string): boolean {
  return text.startsWith('PK\x03\x04') && text.includes('data.pkl');
}

/** Protobuf has no magic number: the fields at the top level tell the messages apart. */
function sniffProtobuf(bytes: Uint8Array, where: string): Format {
  const fields = topFields(bytes, where);
  const has = (field: number, wireType: number) => fields.has(`${field}:${wireType}`);
  if (has(7, wire.bytes)) return 'onnx'; // ModelProto.graph
  const caffe = has(100, wire.bytes) || (has(1, wire.bytes) && has(2, wire.bytes)); // NetParameter.layer, or .name and .layers
  if (caffe) throw formatError(where, `this looks like a caffemodel; ${readable}: ${toOnnx('caffe2onnx')}`);
  const saved = has(1, wire.varint) && has(2, wire.bytes); // SavedModel: its version and graphs; ONNX has 7 as well
  if (saved)
    throw formatError(
      where,
      `this looks like a TensorFlow SavedModel, or a damaged ONNX file; ${readable}: ${toOnnx('tf2onnx')}`,
    );
  throw formatError(where, `its content is of no known kind; ${readable}`);
}

/** "field:wire type" of all fields up to the first that makes no sense; a truncated file still shows its first ones. */
function topFields(bytes: Uint8Array, where: string): Set<string> {
  const fields = new Set<string>();
  const reader = new ProtobufReader(bytes, where);
  try {
    while (reader.next()) {
      fields.add(`${reader.field}:${reader.wireType}`);
      reader.skip();
    }
  } catch {
    // What was seen before decides.
  }
  return fields;
}
