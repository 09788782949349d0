import { floats, type AttributeSpec, type ModelSpec, type NodeSpec } from './onnx-writer.js';

// Small ONNX models that several tests begin with.

/** One node that reads the input. */
export const one = (
  op: string,
  attributes: Record<string, AttributeSpec> = {},
  more: Partial<ModelSpec> = {},
): ModelSpec => ({
  nodes: [{ op, name: 'node1', inputs: ['x'], outputs: ['y'], attributes }],
  ...{ inputs: { x: [1, 2, 3, 4] }, outputs: ['y'], ...more },
});

export const relu = (input: string, output: string, name = ''): NodeSpec => ({
  op: 'Relu',
  inputs: [input],
  outputs: [output],
  name,
});

/** Nodes behind an input of 2 x 3 x 1. */
export function chain(nodes: NodeSpec[], more: Partial<ModelSpec> = {}): ModelSpec {
  return { nodes, inputs: { x: ['n', 2, 3, 1] }, outputs: ['y'], ...more };
}

export type Attributes = Readonly<Record<string, AttributeSpec>>;

/** One 3 x 3 convolution of ones over one plane. */
export function conv(
  attributes: Attributes,
  size: [number, number] = [4, 4],
  kernel: [number, number] = [3, 3],
): ModelSpec {
  return {
    nodes: [{ op: 'Conv', inputs: ['x', 'w'], outputs: ['y'], name: 'conv1', attributes }],
    initialisers: [floats('w', [1, 1, ...kernel], new Float32Array(kernel[0] * kernel[1]).fill(1))],
    inputs: { x: [1, 1, ...size] },
    outputs: ['y'],
  };
}

/** One pool of 2 x 2 over one plane. */
export function pool(op: string, attributes: Attributes, size: [number, number] = [4, 4]): ModelSpec {
  const nodes = [
    { op, inputs: ['x'], outputs: ['y'], name: 'pool1', attributes: { kernel_shape: [2, 2], ...attributes } },
  ];
  return { nodes, inputs: { x: [1, 1, ...size] }, outputs: ['y'] };
}
