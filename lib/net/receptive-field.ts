import type { GraphNode, PixelPair } from '../formats/graph.js';
import type { Model } from '../formats/model.js';
import type { Part } from '../image/resize.js';
import { elements } from '../ndarray.js';
import type { TargetContext } from './target.js';

/** A unit of a value; one [features] has row 0 and col 0. */
export interface Unit {
  readonly channel: number;
  readonly row: number;
  readonly col: number;
}

/** The graph with the shapes of its values, batch first, and of its weights. */
export interface Geometry extends Pick<TargetContext, 'graph' | 'shapes'>, Pick<Model, 'weights'> {}

/**
 * The rows and columns of the network's input on which a unit depends: the smallest rectangle that holds every pixel from
 * which a path of windows leads to it. Paths are united, padding is left out, and of a concatenation only the part
 * counts that the channel lies in. Weights that happen to be 0 count as others do, and of a maximum all that it is of.
 *
 * @param value  the name of the value that the unit is of
 * @returns      null where it depends on no pixel, such as one that sees nothing but padding
 */
export function receptiveField(geometry: Geometry, value: string, unit: Unit): Part | null {
  const { graph, shapes } = geometry;
  const reached = new Map([[value, startAt(planeOf(shapes.get(value)!), unit)]]);
  for (const node of [...graph.nodes].reverse()) {
    const y = reached.get(node.output);
    if (!y) continue;
    for (const [x, sources] of sourcesOf(geometry, node, y)) {
      if (!sources.places.includes(1) || !sources.channels.includes(1)) continue;
      const before = reached.get(x);
      reached.set(x, before ? united(before, sources) : sources);
    }
  }
  const field = reached.get(graph.input.name);
  return field ? boxAround(field.places, planeOf(shapes.get(graph.input.name)!)) : null;
}

/** Which of a value's channels, and which of its places [rows, cols], are reached: 1 or 0. */
interface Reached {
  readonly channels: Uint8Array;
  readonly places: Uint8Array;
}

interface Plane {
  readonly channels: number;
  readonly size: PixelPair;
}

function planeOf([, channels, rows = 1, cols = 1]: readonly number[]): Plane {
  return { channels: channels!, size: [rows, cols] };
}

function startAt({ channels, size }: Plane, { channel, row, col }: Unit): Reached {
  return { channels: only(channels, channel), places: only(elements(size), row * size[1] + col) };
}

function only(length: number, index: number): Uint8Array {
  const marks = new Uint8Array(length);
  marks[index] = 1;
  return marks;
}

/** What of each input of a node what is reached of its output `y` is made of. */
function sourcesOf({ shapes, weights }: Geometry, node: GraphNode, y: Reached): [string, Reached][] {
  const planes = node.inputs.map((name) => planeOf(shapes.get(name)!));
  const output = planeOf(shapes.get(node.output)!);
  const x = planes[0]!;
  const all = { channels: ones(x.channels), places: ones(elements(x.size)) };
  const one = (sources: Reached): [string, Reached][] => [[node.inputs[0]!, sources]];
  switch (node.op) {
    case 'conv': {
      const kernel = weights.get(node.weight)!.shape.slice(2) as unknown as PixelPair;
      const channels = ofGroups(y.channels, node.groups, x.channels);
      return one({ channels, places: windowsOf(y.places, output.size, x.size, { ...node, kernel }) });
    }
    case 'maxPool':
    case 'averagePool':
      return one({ ...y, places: windowsOf(y.places, output.size, x.size, { ...node, dilation: [1, 1] }) });
    case 'globalAveragePool':
      return one({ ...y, places: all.places });
    case 'linear':
      return one(all);
    case 'softmax':
      return one({ ...y, channels: all.channels });
    case 'lrn':
      return one({ ...y, channels: widened(y.channels, (node.size - 1) / 2) });
    case 'flatten':
      return one(unflattened(y.channels, x));
    case 'concat':
      return partsOf(node.inputs, planes, y);
    default:
      return node.inputs.map((name) => [name, y]);
  }
}

interface Taps {
  readonly kernel: PixelPair;
  readonly stride: PixelPair;
  readonly pad: readonly number[];
  readonly dilation: PixelPair;
}

/** The places [rows, cols] of x in the windows of those of y that are marked. */
function windowsOf(y: Uint8Array, [, cols]: PixelPair, size: PixelPair, taps: Taps): Uint8Array {
  const marks = new Uint8Array(elements(size));
  const { kernel, stride, pad, dilation } = taps;
  for (let at = y.indexOf(1); at >= 0; at = y.indexOf(1, at + 1)) {
    const top = Math.floor(at / cols) * stride[0] - pad[0]!;
    const left = (at % cols) * stride[1] - pad[1]!;
    for (let r = 0; r < kernel[0]; r++) {
      const row = top + r * dilation[0];
      if (row < 0 || row >= size[0]) continue;
      for (let s = 0; s < kernel[1]; s++) {
        const col = left + s * dilation[1];
        if (col >= 0 && col < size[1]) marks[row * size[1] + col] = 1;
      }
    }
  }
  return marks;
}

/** The input channels of the groups in which output channels are marked. */
function ofGroups(y: Uint8Array, groups: number, inputs: number): Uint8Array {
  const marks = new Uint8Array(inputs);
  const [inner, outer] = [inputs / groups, y.length / groups];
  for (let group = 0; group < groups; group++) {
    const some = y.subarray(group * outer, (group + 1) * outer).includes(1);
    if (some) marks.fill(1, group * inner, (group + 1) * inner);
  }
  return marks;
}

/** The marked channels and so many on either side. */
function widened(channels: Uint8Array, by: number): Uint8Array {
  return channels.map((_, i) => Number(channels.subarray(Math.max(0, i - by), i + by + 1).includes(1)));
}

/** The marked features [channels * rows * cols] as channels and places. */
function unflattened(features: Uint8Array, { channels, size }: Plane): Reached {
  const reached = { channels: new Uint8Array(channels), places: new Uint8Array(elements(size)) };
  for (let at = features.indexOf(1); at >= 0; at = features.indexOf(1, at + 1)) {
    reached.channels[Math.floor(at / reached.places.length)] = 1;
    reached.places[at % reached.places.length] = 1;
  }
  return reached;
}

/** Of the channels that inputs lie in, those that are marked. */
function partsOf(inputs: readonly string[], planes: readonly Plane[], y: Reached): [string, Reached][] {
  let first = 0;
  return inputs.map((name, i) => {
    const channels = y.channels.slice(first, first + planes[i]!.channels);
    first += channels.length;
    return [name, { channels, places: y.places }];
  });
}

function united(a: Reached, b: Reached): Reached {
  const either = (x: Uint8Array, y: Uint8Array) => x.map((mark, i) => mark | y[i]!);
  return { channels: either(a.channels, b.channels), places: either(a.places, b.places) };
}

function boxAround(places: Uint8Array, { size: [rows, cols] }: Plane): Part {
  let [top, left, bottom, right] = [rows, cols, -1, -1];
  for (let at = places.indexOf(1); at >= 0; at = places.indexOf(1, at + 1)) {
    const [row, col] = [Math.floor(at / cols), at % cols];
    [top, left, bottom, right] = [Math.min(top, row), Math.min(left, col), Math.max(bottom, row), Math.max(right, col)];
  }
  return { top, left, rows: bottom - top + 1, cols: right - left + 1 };
}

function ones(length: number): Uint8Array {
  return new Uint8Array(length).fill(1);
}
