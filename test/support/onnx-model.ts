import assert from 'node:assert/strict';
import type { ErrorCode } from '#lib/errors.js';
import type { Graph, GraphNode } from '#lib/formats/graph.js';
import type { Model } from '#lib/formats/model.js';
import { readOnnx, type OnnxOptions } from '#lib/formats/onnx/read-onnx.js';
import { onnxFile, type ModelSpec } from './onnx-writer.js';
import { forward, type Values } from './reference.js';

export type GraphModel = Model & { readonly graph: Graph };

/** Writes the model and reads it back, as "test.onnx". */
export async function readSpec(spec: ModelSpec, options: Partial<OnnxOptions> = {}): Promise<GraphModel> {
  const model = await readOnnx(onnxFile(spec), 'test.onnx', { folder: null, ...options });
  assert(model.graph);
  return { ...model, graph: model.graph };
}

/** All values of the model for one input image, by the float64 reference. */
export function evaluate({ graph, weights }: GraphModel, input: ArrayLike<number>): Values {
  return forward(graph, weights, Float64Array.from(input), [1, ...graph.input.shape]);
}

/** The scores for one input image. */
export async function scoresOf(spec: ModelSpec, input: ArrayLike<number>): Promise<number[]> {
  const model = await readSpec(spec);
  return [...evaluate(model, input).get(model.graph.output)!.data];
}

/** The one node of that kind. */
export function nodeOf<O extends GraphNode['op']>({ graph }: GraphModel, op: O): Extract<GraphNode, { op: O }> {
  const nodes = graph.nodes.filter((node) => node.op === op);
  assert.equal(nodes.length, 1, `nodes of kind ${op}`);
  return nodes[0] as Extract<GraphNode, { op: O }>;
}

/** Reading the model must fail with this code and a message that matches every pattern. */
export async function assertRefused(spec: ModelSpec, code: ErrorCode, ...patterns: RegExp[]): Promise<void> {
  await assert.rejects(readSpec(spec), (error: Error & { code?: string }) => {
    assert.equal(error.code, code, error.stack);
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  });
}

/** 0, 1, 2... */
export function counting(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
