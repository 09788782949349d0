import { join } from 'node:path';
import type { Graph, GraphNode, Padding, PixelPair } from '#lib/formats/graph.js';
import type { HostTensor } from '#lib/formats/model.js';
import { readNpz, type NpyArray } from './npy.js';
import type { ReluRule } from './reference.js';
import { readJson } from './shared.js';

/** A small net of another program (test/fixtures/README.md), and arrays of numbers by name. */
export interface NetOfFile<S> {
  readonly spec: S;
  readonly graph: Graph;
  readonly weights: ReadonlyMap<string, HostTensor>;
  array(name: string): NpyArray;
  has(name: string): boolean;
}

/** One with the numbers of a forward pass, and of a backward pass by each rule. */
export interface OpCase {
  readonly id: string;
  readonly notes: string;
  readonly graph: Graph;
  readonly weights: ReadonlyMap<string, HostTensor>;
  /** [n, channels, rows, cols]. */
  readonly x: NpyArray;
  /** What the backward passes start with at the output. */
  readonly start: NpyArray;
  readonly out: NpyArray;
  /** By rule; DeconvNet and guided only where the net has a ReLU. */
  readonly dx: ReadonlyMap<ReluRule, NpyArray>;
}

export interface Spec {
  readonly layers: readonly LayerSpec[];
  readonly output: string;
  readonly notes: string;
}

interface LayerSpec {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly params: Record<string, unknown>;
}

const gradients = { dx: 'gradient', deconv_dx: 'deconvnet', guided_dx: 'guided' } as const;

/** The ids of the cases in a folder. */
export function opCaseIds(folder: string): readonly string[] {
  return readJson<{ cases: string[] }>(join(folder, 'index.json')).cases;
}

export function readNet<S extends Spec = Spec>(folder: string, id: string): NetOfFile<S> {
  const spec = readJson<S>(join(folder, `${id}.json`));
  const { layers, output } = spec;
  const arrays = readNpz(join(folder, `${id}.npz`));
  const array = (name: string): NpyArray => arrays.get(name) ?? missing(`${id} has no array ${name}`);
  const weights = new Map([...arrays].filter(([name]) => name.includes('.') && !name.startsWith('d.')));
  const nodes = layers.map((layer) => nodeOf(layer, weights));
  const [, channels, rows, cols] = array('x').shape as [number, number, number, number];
  const graph = { input: { name: 'x', shape: [channels, rows, cols] as const }, nodes, output };
  return { spec, graph, weights, array, has: (name) => arrays.has(name) };
}

export function readOpCase(folder: string, id: string): OpCase {
  const { spec, graph, weights, array, has } = readNet(folder, id);
  const dx = new Map(
    Object.entries(gradients)
      .filter(([name]) => has(name))
      .map(([name, rule]) => [rule, array(name)]),
  );
  return { id, notes: spec.notes, graph, weights, x: array('x'), start: array('G'), out: array('out'), dx };
}

/** The graph's node for a layer; batch normalisation is folded, its scale and shift added to `weights`. */
function nodeOf({ type, name, inputs, params }: LayerSpec, weights: Map<string, HostTensor>): GraphNode {
  const base = { name, inputs, output: name };
  const number = (key: string): number => params[key] as number;
  const [weight, bias] = [`${name}.weight`, weights.has(`${name}.bias`) ? `${name}.bias` : null];
  switch (type) {
    case 'conv': {
      const [stride, dilation] = [params['stride'] as PixelPair, params['dilation'] as PixelPair];
      return { op: 'conv', ...base, weight, bias, stride, dilation, pad: padOf(params), groups: number('groups') };
    }
    case 'fc':
      return { op: 'linear', ...base, weight, bias };
    case 'maxpool':
      return { op: 'maxPool', ...base, ...poolOf(params) };
    case 'avgpool':
      return {
        op: 'averagePool',
        ...base,
        ...poolOf(params),
        divisor: params['count_include_pad'] ? 'padded' : 'inside',
      };
    case 'global_avgpool':
      return { op: 'globalAveragePool', ...base };
    case 'lrn': {
      const alpha = number('alpha') * (params['alpha_divided_by_size'] ? 1 : number('size'));
      return { op: 'lrn', ...base, size: number('size'), alpha, beta: number('beta'), k: number('k') };
    }
    case 'batchnorm':
      return { op: 'scaleShift', ...base, ...foldedNormalisation(name, number('epsilon'), weights) };
    case 'dropout':
      return { op: 'dropout', ...base, rate: number('rate') };
    case 'relu':
    case 'add':
    case 'concat':
    case 'flatten':
    case 'softmax':
      return { op: type, ...base };
    default:
      return missing(`layer type ${type}`);
  }
}

function poolOf(params: Record<string, unknown>) {
  const [kernel, stride] = [params['kernel'] as PixelPair, params['stride'] as PixelPair];
  return { kernel, stride, pad: padOf(params), rounding: params['ceil_mode'] ? 'ceil' : 'floor' } as const;
}

function padOf(params: Record<string, unknown>): Padding {
  const pad = params['pad'] as number[];
  return [...pad, ...pad].slice(0, 4) as unknown as Padding;
}

/** scale = gamma / sqrt(var + epsilon), shift = beta - mean * scale. */
function foldedNormalisation(name: string, epsilon: number, weights: Map<string, HostTensor>) {
  const [gamma, beta, mean, variance] = ['weight', 'bias', 'mean', 'var'].map((part) =>
    Float64Array.from(weights.get(`${name}.${part}`)!.data),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const scales = gamma.map((value, i) => value / Math.sqrt(variance[i]! + epsilon));
  const shifts = beta.map((value, i) => value - mean[i]! * scales[i]!);
  const [scale, shift, shape] = [`${name}.scale`, `${name}.shift`, [gamma.length]];
  weights.set(scale, { shape, data: Float32Array.from(scales) });
  weights.set(shift, { shape, data: Float32Array.from(shifts) });
  return { scale, shift };
}

function missing(what: string): never {
  throw new Error(`op case: ${what} is not known`);
}
