import { largestMagnitude } from './close.js';
import type { TestNet } from './net-builder.js';
import type { Values } from './reference.js';

/** Whether no ReLU and no maximum is so near its kink that float32 could see it on the other side; zeros are exact. */
export function isFirm({ graph }: TestNet, values: Values): boolean {
  return graph.nodes.every(({ op, inputs }) => {
    if (op !== 'relu' && op !== 'maxPool') return true;
    const { data } = values.get(inputs[0]!)!;
    const least = 2e-6 * largestMagnitude(data);
    if (op === 'relu') return data.every((value) => value === 0 || Math.abs(value) > least);
    const sorted = data.slice().sort();
    const gaps = sorted.subarray(1).map((value, i) => (value === 0 && sorted[i] === 0 ? Infinity : value - sorted[i]!));
    return gaps.every((gap) => gap > least);
  });
}
