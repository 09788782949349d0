/** What an ONNX value is while nodes are translated. */
import type { Padding } from '../graph.js';
import type { OnnxOp } from './op.js';
import type { Constant } from './tensor.js';

/** A value that a node of our graph computes, or the input: [n, channels, rows, cols] or [n, features]. */
export interface Activation {
  readonly kind: 'activation';
  readonly name: string;
  readonly shape: readonly number[];
}

/** An activation with zeros around it, which wait for a convolution or an average pool to take them in. */
export interface Padded {
  readonly kind: 'padded';
  readonly of: Activation;
  readonly pad: Padding;
  /** The Pad. */
  readonly by: OnnxOp;
}

/** y = scale * x[channel] + shift. */
export interface ChannelPick {
  readonly channel: number;
  readonly scale: number;
  readonly shift: number;
}

/** Channels of an activation, each with an affine map: what GoogLeNet's transform_input is before it is joined again. */
export interface Channels {
  readonly kind: 'channels';
  readonly of: Activation;
  readonly picks: readonly ChannelPick[];
  /** [n, rows, cols] (of one channel) instead of [n, channels, rows, cols]. */
  readonly squeezed: boolean;
  /** The node whose output this is. */
  readonly by: OnnxOp;
}

export type Value = Constant | Activation | Padded | Channels;

export function shapeOf(value: Value): readonly number[] {
  if (value.kind === 'constant' || value.kind === 'activation') return value.shape;
  const [n, channels, rows, cols] = value.of.shape as [number, number, number, number];
  if (value.kind === 'padded') {
    const [top, left, bottom, right] = value.pad;
    return [n, channels, top + rows + bottom, left + cols + right];
  }
  return value.squeezed ? [n, rows, cols] : [n, value.picks.length, rows, cols];
}
