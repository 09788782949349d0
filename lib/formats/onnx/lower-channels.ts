import { shown } from '../../check.js';
import { axisOf, integersArgument, slicesOf } from './arguments.js';
import type { Lowering } from './lowering.js';
import type { OnnxOp } from './op.js';
import { emitChannels, pickChannels } from './pick-channels.js';
import { shapeOf, type Activation, type Channels } from './values.js';

/** One channel, or a list of them. */
export function lowerGather(op: OnnxOp, lowering: Lowering): void {
  const x = channelsOf(op, lowering);
  if (axisOf(op, op.integer('axis', 0), 4) !== 1) throw op.refuse('only channels can be gathered');
  const indices = lowering.constant(op, 1, 'indices');
  if (indices.shape.length > 1)
    throw op.refuse(`its indices must be one number or a list, not ${shown(indices.shape)}`);
  const picked = Array.from(indices.data, (index) => axisOf(op, index, shapeOf(x)[1]!, 'channel'));
  definePicked(op, lowering, x, picked, indices.shape.length === 0);
}

/** A range of channels; slices that keep everything change nothing. */
export function lowerSlice(op: OnnxOp, lowering: Lowering): void {
  const value = lowering.value(op, 0);
  const shape = shapeOf(value);
  const slices = slicesOf(op, lowering, shape);
  const partial = slices.flatMap(({ step, count }, axis) => (step === 1 && count === shape[axis] ? [] : [axis]));
  if (partial.length === 0) return lowering.define(op.output, value);
  if (String(partial) !== '1') throw op.refuse('only channels can be sliced');
  const { start, step, count } = slices[1]!;
  const picked = Array.from({ length: count }, (_, i) => start + i * step);
  definePicked(op, lowering, channelsOf(op, lowering), picked, false);
}

/** The channel axis of one picked channel comes back. */
export function lowerUnsqueeze(op: OnnxOp, lowering: Lowering): void {
  const x = lowering.value(op, 0);
  const axes = integersArgument(op, lowering, 'axes', 1) ?? [];
  if (x.kind !== 'channels' || !x.squeezed || axes.length !== 1 || axisOf(op, axes[0]!, 4) !== 1) {
    throw op.refuse('only the channel axis of a gathered channel can be put back');
  }
  lowering.define(op.output, { ...x, squeezed: false, by: op });
}

/** Joins activations along channels; picked channels of one activation become one affine map of it. */
export function lowerConcat(op: OnnxOp, lowering: Lowering): void {
  const values = op.inputs.map((_, i) => lowering.value(op, i));
  const picked = values.filter((value): value is Channels => value.kind === 'channels' && !value.squeezed);
  const inputs = picked.length === values.length ? [] : values.map((_, i) => lowering.activation(op, i));
  const shape = shapeOf(values[0] ?? lowering.value(op, 0));
  if (axisOf(op, op.integer('axis', 1), shape.length) !== 1) throw op.refuse('only channels can be joined');
  const of = picked[0]?.of;
  if (of && picked.length === values.length && picked.every((value) => value.of === of)) {
    const picks = picked.flatMap((value) => value.picks);
    return void emitChannels(lowering, { kind: 'channels', of, picks, squeezed: false, by: op });
  }
  joinActivations(op, lowering, inputs.length ? inputs : values.map((_, i) => lowering.activation(op, i)));
}

function joinActivations(op: OnnxOp, lowering: Lowering, inputs: readonly Activation[]): void {
  const [n, , ...plane] = inputs[0]!.shape;
  const misfit = inputs.find(({ shape: [m, , ...other] }) => m !== n || String(other) !== String(plane));
  if (misfit)
    throw op.broken(`shapes ${shown(inputs[0]!.shape)} and ${shown(misfit.shape)} differ in more than their channels`);
  if (inputs.length === 1) return lowering.define(op.output, inputs[0]!);
  const channels = inputs.reduce((sum, { shape }) => sum + shape[1]!, 0);
  const node = { op: 'concat', name: op.name, inputs: inputs.map(({ name }) => name), output: op.output } as const;
  lowering.emit(node, [n!, channels, ...plane]);
}

function channelsOf(op: OnnxOp, lowering: Lowering): Activation | Channels {
  const value = lowering.value(op, 0);
  return value.kind === 'channels' && !value.squeezed ? value : lowering.planes(op);
}

function definePicked(
  op: OnnxOp,
  lowering: Lowering,
  from: Activation | Channels,
  picked: readonly number[],
  squeezed: boolean,
): void {
  if (picked.length === 0) throw op.refuse('it takes no channel at all');
  const of = from.kind === 'channels' ? from.of : from;
  lowering.define(op.output, { kind: 'channels', of, picks: pickChannels(from, picked), squeezed, by: op });
}
