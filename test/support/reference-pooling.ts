import type { AveragePoolNode, GlobalAveragePoolNode, MaxPoolNode } from '#lib/formats/graph.js';
import { count, planes, type Value } from './reference-values.js';

type Pool = MaxPoolNode | AveragePoolNode | GlobalAveragePoolNode;

/** The largest of each window (the first in row-major order on ties) with its switch, or the window's mean. */
export function forwardPooling(node: Pool, x: Value): Value {
  const [n, c] = planes(x.shape);
  const shape = [n, c, ...outputSize(node, x)];
  const data = new Float64Array(count(shape));
  const switches = new Int32Array(data.length);
  visitWindows(node, x, (window, output) => {
    if (node.op !== 'maxPool') {
      for (const pixel of window.pixels) data[output]! += x.data[window.plane + pixel]! / window.divisor;
      return;
    }
    let best = window.pixels[0]!;
    for (const pixel of window.pixels) if (x.data[window.plane + pixel]! > x.data[window.plane + best]!) best = pixel;
    data[output] = x.data[window.plane + best]!;
    switches[output] = best;
  });
  return node.op === 'maxPool' ? { shape, data, switches } : { shape, data };
}

/** dy goes to the pixel that the switch names, or in equal parts to the window's pixels; windows that overlap add. */
export function backwardPooling(node: Pool, x: Value, y: Value, dy: Float64Array): Float64Array {
  const dx = new Float64Array(x.data.length);
  visitWindows(node, x, (window, output) => {
    if (y.switches) dx[window.plane + y.switches[output]!]! += dy[output]!;
    else for (const pixel of window.pixels) dx[window.plane + pixel]! += dy[output]! / window.divisor;
  });
  return dx;
}

interface Window {
  /** Where the plane begins in x. */
  readonly plane: number;
  /** The window's pixels inside the input, row * cols + col, in row-major order. */
  readonly pixels: readonly number[];
  /** What a mean divides by. */
  readonly divisor: number;
}

function visitWindows(node: Pool, x: Value, visit: (window: Window, output: number) => void): void {
  const [n, c, rows, cols] = planes(x.shape);
  const [P, Q] = outputSize(node, x);
  for (let plane = 0; plane < n * c; plane++) {
    for (let p = 0; p < P; p++) {
      for (let q = 0; q < Q; q++) {
        visit({ plane: plane * rows * cols, ...windowAt(node, p, q, rows, cols) }, (plane * P + p) * Q + q);
      }
    }
  }
}

function windowAt(node: Pool, p: number, q: number, rows: number, cols: number): Omit<Window, 'plane'> {
  const [above, left, below, right] = node.op === 'globalAveragePool' ? [0, 0, 0, 0] : node.pad;
  const [R, S] = node.op === 'globalAveragePool' ? [rows, cols] : node.kernel;
  const [down, across] = node.op === 'globalAveragePool' ? [1, 1] : node.stride;
  const pixels: number[] = [];
  let padded = 0;
  for (let row = p * down - above; row < p * down - above + R; row++) {
    for (let col = q * across - left; col < q * across - left + S; col++) {
      if (row < rows + below && col < cols + right) padded++;
      if (row >= 0 && row < rows && col >= 0 && col < cols) pixels.push(row * cols + col);
    }
  }
  const usesPadding = node.op === 'averagePool' && node.divisor === 'padded';
  return { pixels, divisor: usesPadding ? padded : pixels.length };
}

function outputSize(node: Pool, x: Value): [rows: number, cols: number] {
  if (node.op === 'globalAveragePool') return [1, 1];
  const [, , rows, cols] = planes(x.shape);
  return [0, 1].map((axis) => {
    const [size, before, after] = [[rows, cols][axis]!, node.pad[axis]!, node.pad[axis + 2]!];
    const steps = (size + before + after - node.kernel[axis]!) / node.stride[axis]!;
    if (node.rounding === 'floor') return Math.floor(steps) + 1;
    const windows = Math.ceil(steps) + 1;
    return (windows - 1) * node.stride[axis]! < size + before ? windows : windows - 1;
  }) as [number, number];
}
