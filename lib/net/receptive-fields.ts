import type { Part } from '../image/resize.js';
import { receptiveField, type Geometry, type Unit } from './receptive-field.js';

/** `receptiveField` of the units of one value; what channels of one kind see from one place is looked into once. */
export function receptiveFields(geometry: Geometry, value: string): (unit: Unit) => Part | null {
  const fields = new Map<string, Part | null>();
  const kinds = new Map<number, string>();
  return (unit) => {
    const kind = kinds.get(unit.channel) ?? kindOf(geometry, value, unit.channel);
    kinds.set(unit.channel, kind);
    const key = `${unit.row} ${unit.col} ${kind}`;
    if (!fields.has(key)) fields.set(key, receptiveField(geometry, value, unit));
    const field = fields.get(key)!;
    return field && { ...field };
  };
}

/**
 * Tells the channels of a value apart by what they are computed from: those of one kind see the same from the same place.
 * It looks no further down than the first weights, which mix all channels of a group.
 */
function kindOf(geometry: Geometry, value: string, channel: number): string {
  const { graph, shapes } = geometry;
  const node = graph.nodes.find(({ output }) => output === value);
  const channelsOf = (name: string) => shapes.get(name)![1]!;
  switch (node?.op) {
    case undefined: // the input
    case 'linear':
    case 'softmax':
      return '';
    case 'conv':
      return String(Math.floor((channel * node.groups) / channelsOf(value)));
    case 'flatten': // a channel is a place
      return String(channel);
    case 'lrn': {
      const [reach, x] = [(node.size - 1) / 2, node.inputs[0]!];
      const [first, last] = [Math.max(channel - reach, 0), Math.min(channel + reach, channelsOf(x) - 1)];
      const seen = Array.from({ length: last - first + 1 }, (_, i) => kindOf(geometry, x, first + i));
      return [...new Set(seen)].join();
    }
    case 'concat': {
      const part = partOf(node.inputs.map(channelsOf), channel);
      return `${part.index}(${kindOf(geometry, node.inputs[part.index]!, part.channel)})`;
    }
    default:
      return node!.inputs.map((name) => kindOf(geometry, name, channel)).join();
  }
}

/** In which of the parts of a concatenation, of so many channels each, a channel lies, and which one it is there. */
function partOf(channels: readonly number[], channel: number): { index: number; channel: number } {
  let [index, within] = [0, channel];
  while (within >= channels[index]!) within -= channels[index++]!;
  return { index, channel: within };
}
