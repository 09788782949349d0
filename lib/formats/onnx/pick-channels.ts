import type { Lowering } from './lowering.js';
import type { Activation, ChannelPick, Channels } from './values.js';

/** The channels `picked` of an activation or of channels that were picked before. */
export function pickChannels(from: Activation | Channels, picked: readonly number[]): ChannelPick[] {
  if (from.kind === 'channels') return picked.map((channel) => from.picks[channel]!);
  return picked.map((channel) => ({ channel, scale: 1, shift: 0 }));
}

/**
 * Turns picked channels into a value: all of them in order are a scaleShift.
 * Choice: any other selection is a 1 x 1 convolution, so that the graph needs no gathering layer of its own.
 */
export function emitChannels(lowering: Lowering, { of, picks, by }: Channels): Activation {
  const base = { name: by.name, inputs: [of.name], output: by.output };
  const [n, channels, rows, cols] = of.shape as [number, number, number, number];
  const shape = [n, picks.length, rows, cols];
  const shift = lowering.store(
    `${by.name}.shift`,
    [picks.length],
    Float64Array.from(picks, (pick) => pick.shift),
  );
  if (picks.length === channels && picks.every(({ channel }, i) => channel === i)) {
    const scale = lowering.store(
      `${by.name}.scale`,
      [channels],
      Float64Array.from(picks, (pick) => pick.scale),
    );
    return lowering.emit({ ...base, op: 'scaleShift', scale, shift }, shape);
  }
  const matrix = new Float32Array(picks.length * channels);
  picks.forEach(({ channel, scale }, row) => (matrix[row * channels + channel] = scale));
  const weight = lowering.store(`${by.name}.weight`, [picks.length, channels, 1, 1], matrix);
  const geometry = { stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
  return lowering.emit({ ...base, op: 'conv', weight, bias: shift, ...geometry }, shape);
}
