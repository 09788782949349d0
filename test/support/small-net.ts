import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onnxFile } from './onnx-writer.js';

/** The path of an ONNX model of three classes, each the mean of a colour plus `added`, which lies in c.bin beside it. */
export function writeSmallNet(folder: string, added = 2): string {
  const nodes = [
    { op: 'Add', inputs: ['x', 'c'], outputs: ['a'] },
    { op: 'GlobalAveragePool', inputs: ['a'], outputs: ['p'] },
    { op: 'Flatten', inputs: ['p'], outputs: ['y'] },
  ];
  const initialisers = [{ name: 'c', dims: [1], external: { location: 'c.bin' } }];
  const path = join(folder, 'net.onnx');
  writeFileSync(path, onnxFile({ nodes, initialisers, inputs: { x: [1, 3, 8, 8] }, outputs: ['y'] }));
  writeFileSync(join(folder, 'c.bin'), Float32Array.of(added));
  return path;
}
