import type { DropoutNode, LrnNode, ScaleShiftNode, SimpleNode } from '#lib/formats/graph.js';
import { count, planes, weightOf, type ReluRule, type Value, type Weights } from './reference-values.js';

type ChannelNode = LrnNode | ScaleShiftNode | DropoutNode | SimpleNode;

/** The ops that keep rows and columns apart: element by element, or along the channels of one pixel. */
export function forwardChannels(node: ChannelNode, xs: readonly Value[], weights: Weights): Value {
  const [x] = xs as [Value];
  switch (node.op) {
    case 'relu':
      return { shape: x.shape, data: x.data.map((value) => Math.max(value, 0)) };
    case 'add':
      return { shape: x.shape, data: x.data.map((_, i) => xs.reduce((sum, { data }) => sum + data[i]!, 0)) };
    case 'concat':
      return concatenated(xs);
    case 'dropout':
      return x;
    case 'flatten':
      return { shape: [x.shape[0]!, count(x.shape.slice(1))], data: x.data };
    case 'scaleShift': {
      const shift = node.shift === null ? null : weightOf(weights, node.shift).data;
      const scale = weightOf(weights, node.scale).data;
      return {
        shape: x.shape,
        data: x.data.map((value, i) => scale[channelOf(x, i)]! * value + (shift?.[channelOf(x, i)] ?? 0)),
      };
    }
    case 'softmax':
      return { shape: x.shape, data: alongChannels(x, (channels) => softmax(channels.map((i) => x.data[i]!))) };
    case 'lrn':
      return {
        shape: x.shape,
        data: alongChannels(x, (channels) =>
          lrn(
            node,
            channels.map((i) => x.data[i]!),
          ),
        ),
      };
  }
}

export function backwardChannels(
  node: ChannelNode,
  xs: readonly Value[],
  y: Value,
  dy: Float64Array,
  weights: Weights,
  rule: ReluRule,
): Float64Array[] {
  const [x] = xs as [Value];
  switch (node.op) {
    case 'relu':
      return [dy.map((signal, i) => (passes(rule, x.data[i]!, signal) ? signal : 0))];
    case 'add':
      return xs.map(() => dy.slice());
    case 'concat':
      return divided(xs, y, dy);
    case 'dropout':
    case 'flatten':
      return [dy.slice()];
    case 'scaleShift': {
      const scale = weightOf(weights, node.scale).data;
      return [dy.map((signal, i) => scale[channelOf(x, i)]! * signal)];
    }
    case 'softmax':
      return [
        alongChannels(y, (channels) =>
          softmaxBackward(
            channels.map((i) => y.data[i]!),
            channels.map((i) => dy[i]!),
          ),
        ),
      ];
    case 'lrn':
      return [
        alongChannels(x, (channels) =>
          lrnBackward(
            node,
            channels.map((i) => x.data[i]!),
            channels.map((i) => dy[i]!),
          ),
        ),
      ];
  }
}

/** Simonyan et al. 2013, Sect. 4: the gradient looks at the ReLU's input, DeconvNet at the signal, guided at both. */
function passes(rule: ReluRule, x: number, signal: number): boolean {
  return (rule === 'deconvnet' || x > 0) && (rule === 'gradient' || signal > 0);
}

function channelOf({ shape }: Value, index: number): number {
  const [, channels, rows, cols] = planes(shape);
  return Math.floor(index / (rows * cols)) % channels;
}

/** Applies `each` to the places of the channels of every pixel; its numbers become the result's at those places. */
function alongChannels({ shape }: Value, each: (channels: readonly number[]) => readonly number[]): Float64Array {
  const [n, c, rows, cols] = planes(shape);
  const result = new Float64Array(count(shape));
  for (let image = 0; image < n; image++) {
    for (let pixel = 0; pixel < rows * cols; pixel++) {
      const places = Array.from({ length: c }, (_, channel) => (image * c + channel) * rows * cols + pixel);
      each(places).forEach((value, channel) => (result[places[channel]!] = value));
    }
  }
  return result;
}

function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function softmaxBackward(y: readonly number[], dy: readonly number[]): number[] {
  const mean = y.reduce((sum, p, i) => sum + p * dy[i]!, 0);
  return y.map((p, i) => p * (dy[i]! - mean));
}

/** Sum over the `size` channels centred on `channel`, those outside left out. */
function windowSum(size: number, channel: number, terms: readonly number[]): number {
  const reach = (size - 1) / 2;
  return terms.reduce((sum, term, other) => (Math.abs(other - channel) <= reach ? sum + term : sum), 0);
}

function lrnBases({ size, alpha, k }: LrnNode, x: readonly number[]): number[] {
  const squares = x.map((value) => value * value);
  return x.map((_, channel) => k + (alpha / size) * windowSum(size, channel, squares));
}

function lrn(node: LrnNode, x: readonly number[]): number[] {
  const bases = lrnBases(node, x);
  return x.map((value, channel) => value * bases[channel]! ** -node.beta);
}

/** dx[c] = dy[c] * base[c]^-beta - 2 alpha / size * beta * x[c] * sum over c' near c of dy[c'] x[c'] base[c']^(-beta-1). */
function lrnBackward(node: LrnNode, x: readonly number[], dy: readonly number[]): number[] {
  const { size, alpha, beta } = node;
  const bases = lrnBases(node, x);
  const terms = x.map((value, channel) => dy[channel]! * value * bases[channel]! ** (-beta - 1));
  return x.map((value, channel) => {
    const own = dy[channel]! * bases[channel]! ** -beta;
    return own - ((2 * alpha * beta) / size) * value * windowSum(size, channel, terms);
  });
}

function concatenated(xs: readonly Value[]): Value {
  const [n, , ...pixels] = xs[0]!.shape as [number, number, ...number[]];
  const channels = xs.reduce((sum, { shape }) => sum + shape[1]!, 0);
  const shape = [n, channels, ...pixels];
  const data = new Float64Array(count(shape));
  visitParts(xs, channels, (part, from, to, length) => data.set(xs[part]!.data.subarray(from, from + length), to));
  return { shape, data };
}

function divided(xs: readonly Value[], y: Value, dy: Float64Array): Float64Array[] {
  const dxs = xs.map(({ data }) => new Float64Array(data.length));
  visitParts(xs, y.shape[1]!, (part, from, to, length) => dxs[part]!.set(dy.subarray(to, to + length), from));
  return dxs;
}

/** For every image and part: where its channels begin in the part and in the whole, and how many numbers they are. */
function visitParts(
  xs: readonly Value[],
  channels: number,
  visit: (part: number, from: number, to: number, length: number) => void,
): void {
  const [n, , rows, cols] = planes(xs[0]!.shape);
  for (let image = 0; image < n; image++) {
    let channel = 0;
    xs.forEach(({ shape }, part) => {
      const length = shape[1]! * rows * cols;
      visit(part, image * length, (image * channels + channel) * rows * cols, length);
      channel += shape[1]!;
    });
  }
}
