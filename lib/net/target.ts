import { argumentError, finite, integer } from '../check.js';
import { DeepInsideError } from '../errors.js';
import type { Graph } from '../formats/graph.js';
import type { ClassName, HostTensor } from '../formats/model.js';
import { allFinite, array, elements, ndarrayOf, rowMajor, type FloatArray } from '../ndarray.js';
import { classIndex, type ClassChoice } from './class-names.js';
import { valueNamed } from './layer-names.js';
import type { Start } from './gradient-passes.js';
import type { Pass } from './pass.js';

/** What `gradient` differentiates. */
export type Target =
  /** The score of one class. */
  | { readonly class: ClassChoice }
  /** A weighted sum of scores, by index, name or WNID: { 281: 1, 282: -1 } is a contrast. */
  | { readonly classes: Readonly<Record<string, number>> }
  /** One unit of a layer [channels, rows, cols]; a layer [features] has row 0 and col 0. */
  | { readonly layer: string; readonly channel: number; readonly row: number; readonly col: number }
  /**
   * The strongest unit of a channel in each image: the largest value after the ReLU that follows the layer, if one does,
   * and the first in row-major order. Choice: the ReLU decides on the position alone, the unit is the named layer's.
   */
  | { readonly layer: string; readonly channel: number }
  /** The sum of weights * activations: weights have the layer's shape. */
  | { readonly layer: string; readonly weights: FloatArray | HostTensor };

export interface TargetContext {
  readonly graph: Graph;
  readonly classes: readonly ClassName[];
  /** Of every value, for one image: batch first. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** A target with its names looked up; gives the start of the backward pass once the forward pass has been enqueued. */
export interface ResolvedTarget {
  readonly ofClasses: boolean;
  /** The start for n images, whatever these are; null where it depends on them. */
  readonly fixed: ((n: number) => Start) | null;
  start(pass: Pass): Start | Promise<Start>;
}

function fixedTarget(ofClasses: boolean, fixed: (n: number) => Start): ResolvedTarget {
  return { ofClasses, fixed, start: ({ n }) => fixed(n) };
}

/** @param others  forms of a target that the caller takes beside these, for messages */
export function resolveTarget(where: string, context: TargetContext, target: unknown, others = ''): ResolvedTarget {
  const forms = `${others}{ class }, { classes }, { layer, channel, row, col }, { layer, channel } or { layer, weights }`;
  const expected = `${forms}, and nothing beside`;
  if (typeof target !== 'object' || target === null) throw argumentError(where, 'target', expected, target);
  const keys = Object.keys(target).sort().join();
  const given = target as Record<string, unknown>;
  if (keys === 'class') {
    const index = classIndex(where, context.classes, given.class);
    return fixedTarget(true, (n) => ({ classes: new Int32Array(n).fill(index) }));
  }
  if (keys === 'classes') {
    const weights = contrast(where, context.classes, given.classes);
    return fixedTarget(true, (n) => ({ perClass: repeated(weights, n) }));
  }
  if (!['channel,layer', 'channel,col,layer,row', 'layer,weights'].includes(keys)) {
    throw argumentError(where, 'target', expected, target);
  }
  const value = valueNamed(where, context.graph, given.layer);
  const shape = context.shapes.get(value)!.slice(1);
  if ('weights' in given) {
    const derivative = layerWeights(where, given.weights, shape);
    return fixedTarget(false, (n) => ({ value, derivative: repeated(derivative, n) }));
  }
  const channel = integer(where, 'target.channel', given.channel, 0, shape[0]! - 1);
  if (!('row' in given)) return strongestUnit(context, value, channel);
  return oneUnit(where, given, value, shape, channel);
}

/** Of float32. */
const largest = (2 - 2 ** -23) * 2 ** 127;

function contrast(where: string, classes: readonly ClassName[], given: unknown): Float32Array {
  if (typeof given !== 'object' || given === null || Object.keys(given).length === 0) {
    throw argumentError(where, 'target.classes', 'an object of weights by class, such as { 281: 1, 282: -1 }', given);
  }
  const weights = new Float32Array(classes.length);
  for (const [key, weight] of Object.entries(given)) {
    const index = classIndex(where, classes, /^\d+$/.test(key) ? Number(key) : key);
    weights[index]! += finite(where, `target.classes[${JSON.stringify(key)}]`, weight, -largest, largest);
  }
  return weights;
}

function layerWeights(where: string, given: unknown, shape: readonly number[]): Float32Array {
  const weights = given as Partial<FloatArray> | null;
  if (!(weights?.data instanceof Float32Array) || !Array.isArray(weights.shape)) {
    throw argumentError(where, 'target.weights', `a float32 ndarray [${shape.join(', ')}]`, given);
  }
  if (weights.shape.join() !== shape.join()) {
    const message = `${where}: target.weights must be [${shape.join(', ')}] as the layer, got [${weights.shape.join(', ')}]`;
    throw new DeepInsideError('ERR_SHAPE', message);
  }
  const strided = weights.stride ? weights : array(weights.data, weights.shape);
  const dense = rowMajor(ndarrayOf(where, 'target.weights', 'an ndarray', strided) as FloatArray);
  if (allFinite(dense)) return dense;
  const odd = dense.find((value) => !Number.isFinite(value));
  throw new DeepInsideError('ERR_ARGUMENT', `${where}: target.weights must be finite, got ${odd}`);
}

function oneUnit(
  where: string,
  given: Record<string, unknown>,
  value: string,
  shape: readonly number[],
  channel: number,
): ResolvedTarget {
  const [, rows = 1, cols = 1] = shape;
  const row = integer(where, 'target.row', given.row, 0, rows - 1);
  const col = integer(where, 'target.col', given.col, 0, cols - 1);
  const derivative = new Float32Array(elements(shape));
  derivative[(channel * rows + row) * cols + col] = 1;
  return fixedTarget(false, (n) => ({ value, derivative: repeated(derivative, n) }));
}

function strongestUnit({ graph, shapes }: TargetContext, value: string, channel: number): ResolvedTarget {
  const deciding = rectified(graph, value);
  const size = elements(shapes.get(value)!);
  const plane = elements(shapes.get(value)!.slice(2));
  return {
    ofClasses: false,
    fixed: null,
    async start(pass) {
      const activation = await pass.activation(deciding).read();
      const derivative = new Float32Array(pass.n * size);
      for (let i = 0; i < pass.n; i++) {
        const first = i * size + channel * plane;
        derivative[first + indexOfMaximum(activation.subarray(first, first + plane))] = 1;
      }
      return { value, derivative };
    },
  };
}

/** The value behind the ReLU that follows a value, if one does; else itself. */
export function rectified(graph: Graph, value: string): string {
  return graph.nodes.find((node) => node.op === 'relu' && node.inputs[0] === value)?.output ?? value;
}

/** Of equal values the first. */
export function indexOfMaximum(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

function repeated(values: Float32Array, n: number): Float32Array {
  const all = new Float32Array(n * values.length);
  for (let i = 0; i < n; i++) all.set(values, i * values.length);
  return all;
}
