import type { ConvNode, LinearNode } from '#lib/formats/graph.js';
import { count, planes, weightOf, type Value, type Weights } from './reference-values.js';

type Weighted = ConvNode | LinearNode;

/** y[n, k, p, q] = b[k] + sum over c, r, s of w[k, c, r, s] * x[n, c, p * stride - pad + r * dilation, likewise]. */
export function forwardConvolution(node: Weighted, x: Value, weights: Weights): Value {
  const geometry = geometryOf(node, x, weights);
  const { n, K, P, Q, w, stride } = geometry;
  const y = new Float64Array(n * K * P * Q);
  if (node.bias !== null) {
    const { data } = weightOf(weights, node.bias, [K]);
    for (let i = 0; i < y.length; i++) y[i] = data[Math.floor(i / (P * Q)) % K]!;
  }
  visitRows(geometry, (weight, xStart, yStart, length) => {
    const factor = w[weight]!;
    for (let q = 0; q < length; q++) y[yStart + q]! += factor * x.data[xStart + q * stride[1]]!;
  });
  return { shape: node.op === 'linear' ? [n, K] : [n, K, P, Q], data: y };
}

/** dx: every y took w * x, so every x gets w * dy. */
export function backwardConvolution(
  node: Weighted,
  x: Value,
  y: Value,
  dy: Float64Array,
  weights: Weights,
): Float64Array {
  const geometry = geometryOf(node, x, weights);
  const { w, stride } = geometry;
  const dx = new Float64Array(x.data.length);
  visitRows(geometry, (weight, xStart, yStart, length) => {
    const factor = w[weight]!;
    for (let q = 0; q < length; q++) dx[xStart + q * stride[1]]! += factor * dy[yStart + q]!;
  });
  return dx;
}

/** dw: every y took w * x, so every w gets x * dy. db: every y of a channel took its b once. */
export function filterGradient(node: Weighted, x: Value, dy: Float64Array, weights: Weights) {
  const geometry = geometryOf(node, x, weights);
  const { K, P, Q, w, stride } = geometry;
  const dw = new Float64Array(w.length);
  visitRows(geometry, (weight, xStart, yStart, length) => {
    for (let q = 0; q < length; q++) dw[weight]! += x.data[xStart + q * stride[1]]! * dy[yStart + q]!;
  });
  const db = new Float64Array(K);
  dy.forEach((value, i) => (db[Math.floor(i / (P * Q)) % K]! += value));
  return { dw, db };
}

interface Geometry {
  readonly n: number;
  /** Input [C, H, W], filters [K, C / groups, R, S], output [K, P, Q]. */
  readonly C: number;
  readonly H: number;
  readonly W: number;
  readonly K: number;
  readonly R: number;
  readonly S: number;
  readonly P: number;
  readonly Q: number;
  readonly w: Float32Array;
  readonly stride: readonly [number, number];
  readonly pad: readonly [number, number, number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

function geometryOf(node: Weighted, x: Value, weights: Weights): Geometry {
  const w = weightOf(weights, node.weight);
  if (node.op === 'linear') {
    const C = count(x.shape.slice(1));
    const [K] = weightOf(weights, node.weight, [w.shape[0]!, C]).shape as [number, number];
    const unit = { H: 1, W: 1, R: 1, S: 1, P: 1, Q: 1, stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1] } as const;
    return { n: x.shape[0]!, C, K, w: w.data, groups: 1, ...unit };
  }
  const [n, C, H, W] = planes(x.shape);
  const { stride, pad, dilation, groups } = node;
  const [K, perGroup, R, S] = planes(w.shape);
  if (perGroup !== C / groups)
    throw new Error(`weight "${node.weight}" is [${w.shape}], for ${C} channels in ${groups} groups`);
  const P = Math.floor((H + pad[0] + pad[2] - (dilation[0] * (R - 1) + 1)) / stride[0]) + 1;
  const Q = Math.floor((W + pad[1] + pad[3] - (dilation[1] * (S - 1) + 1)) / stride[1]) + 1;
  return { n, C, H, W, K, R, S, P, Q, w: w.data, stride, pad, dilation, groups };
}

/**
 * For every image, weight and output row: the place of the weight, the first x and y that it connects in that row, and
 * how many neighbours follow (y one by one, x by the stride). Rows and columns in the padding are left out.
 */
function visitRows(
  { n, C, H, W, K, R, S, P, Q, stride, pad, dilation, groups }: Geometry,
  visit: (weight: number, xStart: number, yStart: number, length: number) => void,
): void {
  const perGroup = C / groups;
  const plane = (image: number, k: number, c: number): void => {
    for (let r = 0; r < R; r++) {
      for (let s = 0; s < S; s++) {
        const left = s * dilation[1] - pad[1];
        const first = Math.max(0, Math.ceil(-left / stride[1]));
        const length = Math.min(Q - 1, Math.floor((W - 1 - left) / stride[1])) - first + 1;
        for (let p = 0; p < P; p++) {
          const row = p * stride[0] - pad[0] + r * dilation[0];
          if (row < 0 || row >= H || length <= 0) continue;
          const channel = Math.floor(k / (K / groups)) * perGroup + c;
          const xStart = ((image * C + channel) * H + row) * W + left + first * stride[1];
          visit(((k * perGroup + c) * R + r) * S + s, xStart, ((image * K + k) * P + p) * Q + first, length);
        }
      }
    }
  };
  for (let image = 0; image < n; image++) {
    for (let k = 0; k < K; k++) for (let c = 0; c < perGroup; c++) plane(image, k, c);
  }
}
