import { shown } from '../../check.js';
import { elements } from '../../ndarray.js';
import type { ConvNode, LinearNode } from '../graph.js';
import type { Lowering } from './lowering.js';
import type { OnnxOp } from './op.js';
import type { Constant } from './tensor.js';
import { shapeOf, type Activation, type Channels } from './values.js';

/** Per channel: y = scale * x + shift. */
interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** What an operator between an activation and one stored number per channel does to the activation. */
interface Arithmetic {
  readonly scale: (number: number) => number;
  readonly shift: (number: number) => number;
}

const zero = () => 0;
const one = () => 1;
const same = (number: number) => number;
const negative = (number: number) => -number;

/** By operator: the activation first, and the stored numbers first where that is affine too. */
const arithmetics: Readonly<Record<string, readonly [Arithmetic, Arithmetic | null]>> = {
  Add: [
    { scale: one, shift: same },
    { scale: one, shift: same },
  ],
  Sub: [
    { scale: one, shift: negative },
    { scale: () => -1, shift: same },
  ],
  Mul: [
    { scale: same, shift: zero },
    { scale: same, shift: zero },
  ],
  Div: [{ scale: (number) => 1 / number, shift: zero }, null],
};

/** Add, Sub, Mul or Div: of two activations (Add alone), or of one and stored numbers, one per channel. */
export function lowerArithmetic(op: OnnxOp, lowering: Lowering): void {
  const [a, b] = [lowering.value(op, 0), lowering.value(op, 1)];
  if (a.kind !== 'constant' && b.kind !== 'constant') return lowerSum(op, lowering);
  const stored = a.kind === 'constant' ? a : (b as Constant);
  const index = a.kind === 'constant' ? 1 : 0;
  const arithmetic = arithmetics[op.type]![index];
  if (!arithmetic) throw op.refuse('a constant divided by an activation is not supported');
  const value = lowering.value(op, index);
  const x = value.kind === 'channels' ? value : lowering.activation(op, index);
  const numbers = perChannel(op, stored, x);
  const affine = { scale: numbers.map(arithmetic.scale), shift: numbers.map(arithmetic.shift) };
  if (x.kind === 'channels') return composeChannels(op, lowering, x, affine);
  if (op.type === 'Add' && takeAsBias(op, lowering, x, stored, numbers)) return;
  emitAffine(op, lowering, x, affine);
}

/** The sum of two or more activations of one shape. */
export function lowerSum(op: OnnxOp, lowering: Lowering): void {
  if (op.type !== 'Add' && op.type !== 'Sum') throw op.refuse('only sums of activations are supported');
  const inputs = op.inputs.map((_, i) => lowering.activation(op, i));
  const shape = inputs[0]!.shape;
  const misfit = inputs.find((input) => String(input.shape) !== String(shape));
  if (misfit) throw op.refuse(`activations of shapes ${shown(shape)} and ${shown(misfit.shape)} cannot be added`);
  if (inputs.length === 1) return lowering.define(op.output, inputs[0]!);
  lowering.emit({ op: 'add', name: op.name, inputs: inputs.map(({ name }) => name), output: op.output }, shape);
}

/**
 * Batch normalisation in inference form: y = gamma (x - mean) / sqrt(variance + epsilon) + beta.
 * Choice: it stays a node of its own behind a convolution, so that both values can be asked for by name; whoever plans
 * the network may merge them.
 */
export function lowerBatchNormalization(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.activation(op);
  if (op.integer('training_mode', 0) !== 0) throw op.refuseTraining();
  if (op.integer('spatial', 1) !== 1) throw op.refuse('only statistics per channel are supported');
  const [gamma, beta, mean, variance] = ['scale', 'bias', 'mean', 'variance'].map((what, i) => {
    const { data, shape } = lowering.constant(op, i + 1, what);
    if (data.length === x.shape[1]) return data;
    throw op.broken(`its ${what} of shape ${shown(shape)} does not fit an input of shape ${shown(x.shape)}`);
  }) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const epsilon = op.number('epsilon', 1e-5);
  const scale = Float64Array.from(gamma, (value, c) => value / Math.sqrt(variance[c]! + epsilon));
  const shift = Float64Array.from(beta, (value, c) => value - mean[c]! * scale[c]!);
  if (!scale.every(Number.isFinite)) throw op.broken('its variance and epsilon must add up to positive numbers');
  emitAffine(op, lowering, x, { scale, shift });
}

function emitAffine(op: OnnxOp, lowering: Lowering, x: Activation, { scale, shift }: Affine): void {
  const store = (what: string, data: Float64Array) => lowering.store(`${op.name}.${what}`, [data.length], data);
  const node = { op: 'scaleShift', name: op.name, inputs: [x.name], output: op.output } as const;
  const shifts = shift.some((value) => value !== 0);
  lowering.emit({ ...node, scale: store('scale', scale), shift: shifts ? store('shift', shift) : null }, x.shape);
}

function composeChannels(op: OnnxOp, lowering: Lowering, x: Channels, affine: Affine): void {
  const picks = x.picks.map(({ channel, scale, shift }, i) => {
    const [factor, term] = [affine.scale[i]!, affine.shift[i]!];
    return { channel, scale: scale * factor, shift: shift * factor + term };
  });
  lowering.define(op.output, { ...x, picks, by: op });
}

/** An Add right behind a convolution or linear layer without bias, whose output nothing else reads, is its bias. */
function takeAsBias(op: OnnxOp, lowering: Lowering, x: Activation, stored: Constant, numbers: Float64Array): boolean {
  const layer = lowering.soleSource(x);
  if (!layer || !isWeighted(layer) || layer.bias !== null) return false;
  const outputs = numbers.length;
  const whole = stored.data.length === outputs;
  const bias = whole ? lowering.keep(stored, [outputs]) : lowering.store(`${layer.name}.bias`, [outputs], numbers);
  lowering.replace(layer, { ...layer, bias, output: op.output }, x.shape);
  return true;
}

function isWeighted(node: { readonly op: string }): node is ConvNode | LinearNode {
  return node.op === 'conv' || node.op === 'linear';
}

/** Stored numbers as one per channel: they may be one for all, and must not differ within a channel. */
function perChannel(op: OnnxOp, stored: Constant, x: Activation | Channels): Float64Array {
  const shape = shapeOf(x);
  const channelAxis = x.kind === 'channels' && x.squeezed ? null : 1;
  const channels = channelAxis === null ? 1 : shape[channelAxis]!;
  const offset = shape.length - stored.shape.length;
  const fits = stored.shape.every((side, axis) => side === 1 || (axis + offset === channelAxis && side === channels));
  if (offset < 0 || !fits) {
    throw op.refuse(
      `its constant of shape ${shown(stored.shape)} does not give one number per channel of ${shown(shape)}`,
    );
  }
  const single = elements(stored.shape) === 1;
  return Float64Array.from({ length: channels }, (_, c) => stored.data[single ? 0 : c]!);
}
