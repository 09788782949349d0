import type { Layout, Shape } from '../device/index.js';
import { kept, sameShape, shapeError, weightless, type ChannelRange, type Layer, type Operand } from './layer.js';

/** Layouts that a tensor of any number of channels may have. */
const blocks: readonly Layout[] = [1, 8, 16];

/** Joins its inputs along channels. */
export function concat(options: { readonly name: string }): Layer {
  function outputShape(inputs: readonly Shape[]): Shape {
    const [first] = inputs;
    const withoutChannels = (x: Shape) => [x[0]!, ...x.slice(2)];
    if (!first || first.length < 2 || !inputs.every((x) => sameShape(withoutChannels(x), withoutChannels(first)))) {
      throw shapeError(`concat "${options.name}"`, 'arrays that differ in channels alone', inputs);
    }
    const channels = inputs.reduce((sum, x) => sum + x[1]!, 0);
    return [first[0]!, channels, ...first.slice(2)];
  }

  return weightless(outputShape, async (device, inputs) => {
    const shape = outputShape(inputs.map(({ shape }) => shape));
    const y = { shape, layout: layoutOf(inputs[0]!, shape) };
    return {
      xs: inputs,
      y,
      parts: wholeBlocks(inputs, y),
      backwardWhole: true,
      dead: 'inherited',
      masks: 'inherited',
      forward: (xs, y) => device.concat(xs, y),
      backward: ({ dy, dxs }) => device.split(dy, dxs.map(kept)),
    };
  });
}

/** That of the inputs; where all their channels lie side by side, so do those of y. */
function layoutOf({ shape, layout }: Operand, whole: Shape): Layout {
  return layout === shape[1] && !blocks.includes(layout) ? whole[1]! : layout;
}

/** The channels of y that are each input, if all lie as y does and begin and end between its blocks of channels. */
function wholeBlocks(inputs: readonly Operand[], { shape, layout }: Operand): readonly ChannelRange[] | undefined {
  if (shape.length !== 4) return undefined;
  let first = 0;
  const parts = inputs.map((input) => {
    const count = input.shape[1]!;
    first += count;
    return { first: first - count, count };
  });
  const whole = parts.every((part, i) => part.first % layout === 0 && inputs[i]!.layout === layout);
  return whole ? parts : undefined;
}
