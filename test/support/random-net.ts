import type { Padding, PixelPair } from '#lib/formats/graph.js';
import { NetBuilder, type TestNet } from './net-builder.js';
import { Random } from './random.js';

interface Made {
  readonly name: string;
  readonly channels: number;
  readonly size: PixelPair;
}

const kinds = ['conv', 'relu', 'relu', 'relu', 'maxPool', 'averagePool', 'lrn', 'scaleShift', 'add', 'concat'] as const;

const windows: readonly { kernel: PixelPair; stride: PixelPair; pad: Padding }[] = [
  { kernel: [3, 3], stride: [1, 1], pad: [1, 1, 1, 1] },
  { kernel: [2, 3], stride: [1, 2], pad: [1, 0, 0, 2] },
  { kernel: [2, 2], stride: [2, 2], pad: [0, 0, 0, 0] },
];

/** Few, so that sums find partners; with and without a block that is not full. */
const widths = [3, 16, 19];

/**
 * A net of layers drawn at random: branches, values that several layers read, sums with themselves, pools and LRN with
 * and without a ReLU below them. It ends with whatever was drawn last.
 */
export function randomNet(seed: number): TestNet {
  const random = new Random(seed);
  const input = {
    name: 'x',
    channels: random.integer(1, 4),
    size: [random.integer(4, 7), random.integer(4, 7)],
  } as const;
  const net = new NetBuilder([input.channels, ...input.size], seed + 1);
  const values: Made[] = [input];
  const layers = random.integer(5, 14);
  for (let i = 1; i <= layers; i++) {
    // Most often the newest value, so that nets grow deep; any other makes a branch.
    const from = random.uniform() < 0.6 ? values.at(-1)! : values[random.integer(0, values.length - 1)]!;
    values.push(drawn(net, random, values, from, `v${i}`));
  }
  return net.build();
}

function drawn(net: NetBuilder, random: Random, values: readonly Made[], from: Made, name: string): Made {
  const kind = kinds[random.integer(0, kinds.length - 1)]!;
  switch (kind) {
    case 'conv': {
      const channels = widths[random.integer(0, widths.length - 1)]!;
      const side = random.integer(0, 1);
      const pad: Padding = [side, side, side, side];
      net.conv(name, from.name, [channels, from.channels, 2 * side + 1, 2 * side + 1], { pad });
      return { name, channels, size: from.size };
    }
    case 'maxPool':
    case 'averagePool': {
      const window = windows[random.integer(0, windows.length - 1)]!;
      const size = [0, 1].map((axis) => outputs(from.size[axis]!, window, axis)) as unknown as PixelPair;
      if (size[0] < 1 || size[1] < 1) break;
      net[kind](name, from.name, window.kernel, window);
      return { name, channels: from.channels, size };
    }
    case 'lrn':
      net.lrn(name, from.name, 3);
      return { ...from, name };
    case 'scaleShift':
      net.scaleShift(name, from.name, from.channels);
      return { ...from, name };
    case 'add': {
      const other = oneOf(random, values, (value) => sameSize(value, from) && value.channels === from.channels)!;
      net.simple('add', name, from.name, other.name);
      return { ...from, name };
    }
    case 'concat': {
      const other = oneOf(random, values, (value) => sameSize(value, from) && value.channels + from.channels <= 40);
      if (!other) break;
      net.simple('concat', name, from.name, other.name);
      return { ...from, name, channels: from.channels + other.channels };
    }
    case 'relu':
      break;
  }
  net.relu(name, from.name);
  return { ...from, name };
}

function oneOf(random: Random, values: readonly Made[], fits: (value: Made) => boolean): Made | undefined {
  const fitting = values.filter(fits);
  return fitting[random.integer(0, fitting.length - 1)];
}

function sameSize({ size: [rows, cols] }: Made, { size }: Made): boolean {
  return rows === size[0] && cols === size[1];
}

function outputs(size: number, { kernel, stride, pad }: (typeof windows)[number], axis: number): number {
  return Math.floor((size + pad[axis]! + pad[axis + 2]! - kernel[axis]!) / stride[axis]!) + 1;
}
