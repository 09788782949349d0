import type { DeviceKind } from '#lib/device/index.js';
import { array, type FloatArray } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { openNetwork } from '#lib/net/open-network.js';
import type { Execution } from '#lib/net/sequence.js';
import type { PreprocessingChoice } from '#lib/net/preprocessing.js';
import type { TestNet } from './net-builder.js';
import { Random } from './random.js';
import { forward, type Values } from './reference.js';
import { count, type Shape } from './reference-values.js';

interface Options {
  readonly preprocessing?: PreprocessingChoice;
  readonly execution?: Execution;
}

/** A test net as a Network during `use`. */
export async function withNetwork<T>(
  { graph, weights }: TestNet,
  kind: DeviceKind,
  use: (network: Network) => Promise<T>,
  { preprocessing, execution }: Options = {},
): Promise<T> {
  const model = { graph, weights, preprocessing: null, classes: null };
  const network = await openNetwork('test', model, { device: kind, preprocessing }, execution);
  try {
    return await use(network);
  } finally {
    await network.dispose();
  }
}

/** One input [channels, rows, cols] for the net, or a batch [n, ...]: distinct values in [-1, 1], none near 0. */
export function inputFor({ graph }: TestNet, seed: number, n?: number): FloatArray {
  const shape = [...(n === undefined ? [] : [n]), ...graph.input.shape];
  return array(new Random(seed).distinct(count(shape)), shape);
}

/** The float64 reference's values for one input [channels, rows, cols] or a batch [n, ...] of them. */
export function referenceValues({ graph, weights }: TestNet, input: FloatArray): Values {
  const shape: Shape = [...(input.shape.length === 3 ? [1] : []), ...input.shape];
  return forward(graph, weights, Float64Array.from(input.data), shape);
}
