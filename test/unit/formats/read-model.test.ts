import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readModel } from '#lib/formats/read-model.js';
import { writeSafetensors } from '#lib/formats/safetensors.js';
import { linearNet } from '../../support/nets.js';
import { onnxFile } from '../../support/onnx-writer.js';
import { bytesField, integerField, joinBytes, textField } from '../../support/protobuf-writer.js';

const safetensors = writeSafetensors({ ...linearNet(), preprocessing: null, classes: null }, { dtype: 'float32' });
const onnx = onnxFile({
  nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }],
  inputs: { x: ['n', 1, 'rows', 'cols'] },
  outputs: ['y'],
});

describe('readModel', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'deep-inside-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('tells the formats apart by content, whatever the extension says', async () => {
    const path = join(folder, 'net.onnx');
    writeFileSync(path, safetensors);
    assert.equal((await readModel(path)).graph?.output, 'fc');
    writeFileSync(join(folder, 'net.safetensors'), onnx);
    const model = await readModel(join(folder, 'net.safetensors'), { inputShape: [1, 4, 5] });
    assert.equal(model.graph?.nodes[0]?.op, 'relu');
  });

  it('takes a path, a file URL or bytes', async () => {
    const path = join(folder, 'ünï cödé.bin');
    writeFileSync(path, safetensors);
    const fromPath = await readModel(path);
    assert.deepEqual(await readModel(pathToFileURL(path)), fromPath);
    assert.deepEqual(await readModel(safetensors), fromPath);
  });

  it('names the path in errors of the format, and calls bytes "model"', async () => {
    const path = join(folder, 'cut.safetensors');
    writeFileSync(path, safetensors.subarray(0, 100));
    await assert.rejects(readModel(path), {
      code: 'ERR_FORMAT',
      message: /cut\.safetensors: byte 0: the header claims/,
    });
    await assert.rejects(readModel(safetensors.subarray(0, 100)), { message: /^model: byte 0/ });
  });

  it('says ERR_IO where there is no such file, or a folder', async () => {
    await assert.rejects(readModel(join(folder, 'nowhere.onnx')), {
      code: 'ERR_IO',
      message: /nowhere\.onnx: cannot be read/,
    });
    mkdirSync(join(folder, 'saved_model'));
    await assert.rejects(readModel(join(folder, 'saved_model')), { code: 'ERR_IO', message: /this is a folder/ });
  });

  it('refuses addresses on the network and unknown options', async () => {
    await assert.rejects(readModel(new URL('https://example.org/net.onnx')), {
      code: 'ERR_ARGUMENT',
      message: /download the file/,
    });
    await assert.rejects(readModel(onnx, { inputShap: [1, 2, 3] } as never), { message: /did you mean inputShape/ });
  });

  it('asks for inputShape where an ONNX file leaves sides open, and takes it', async () => {
    const message = /model: input "x" has shape \[n, 1, rows, cols\]; give the option inputShape/;
    await assert.rejects(readModel(onnx), { code: 'ERR_ARGUMENT', message });
    assert.deepEqual((await readModel(onnx, { inputShape: [1, 6, 7] })).graph?.input, { name: 'x', shape: [1, 6, 7] });
    await assert.rejects(readModel(onnx, { inputShape: [3, 6, 7] }), {
      message: /to which inputShape must agree, got \[3, 6, 7\]/,
    });
  });
});

describe('readModel on files that are no models for us', () => {
  const text = (content: string) => new Uint8Array(Buffer.from(content, 'latin1'));
  const strangers: Record<string, [bytes: Uint8Array, message: RegExp]> = {
    'a zero-byte file': [new Uint8Array(0), /this is an empty file/],
    'a .pth archive': [
      text(`PK\x03\x04${'\0'.repeat(26)}archive/data.pkl`),
      /a PyTorch \.pth archive.*torch\.onnx\.export/,
    ],
    'another zip': [text('PK\x03\x04rest'), /a zip archive/],
    'a legacy .pth': [text('\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20'), /a Python pickle.*torch\.onnx\.export/],
    'MATLAB 5': [text('MATLAB 5.0 MAT-file, Platform: GLNXA64'), /a MATLAB \.mat file.*safetensors/],
    HDF5: [text('\x89HDF\r\n\x1a\n'), /an HDF5 file.*tf2onnx/],
    'TensorFlow Lite': [text('\x1c\0\0\0TFL3'), /a TensorFlow Lite file/],
    'TensorFlow.js': [text('{"format": "layers-model"}'), /JSON \(TensorFlow\.js/],
    'a SavedModel': [
      joinBytes([integerField(1, 1), bytesField(2, text('meta graph'))]),
      /a TensorFlow SavedModel.*tf2onnx/,
    ],
    'an old caffemodel': [joinBytes([textField(1, 'AlexNet'), bytesField(2, text('layer'))]), /a caffemodel/],
    'a new caffemodel': [joinBytes([textField(1, 'Net'), bytesField(100, text('layer'))]), /a caffemodel/],
    'a Git LFS pointer': [text('version https://git-lfs.github.com/spec/v1\n'), /a Git LFS pointer.*git lfs pull/],
    'a web page': [text('<!DOCTYPE html><html>'), /a web page/],
    'a JPEG': [text('\xff\xd8\xff\xe0\0\x10JFIF'), /a JPEG image/],
    'plain text': [text('hello, I am no model'), /its content is of no known kind; models come as ONNX or safetensors/],
    'a few zero bytes': [new Uint8Array(4), /its content is of no known kind/],
  };
  for (const [name, [bytes, message]] of Object.entries(strangers)) {
    it(`says what ${name} is and what to do`, async () => {
      await assert.rejects(readModel(bytes), { code: 'ERR_FORMAT', message });
    });
  }
});
