import { shown } from '../../check.js';
import { elements } from '../../ndarray.js';
import type { Lowering } from './lowering.js';
import type { OnnxOp } from './op.js';
import { broadcastTo, copyStrided } from './strided.js';
import type { Constant } from './tensor.js';
import type { Activation } from './values.js';

/** Y = alpha A B + beta C, with A [n, features] the activation (after transA) and B stored. */
export function lowerGemm(op: OnnxOp, lowering: Lowering): void {
  const x = rows(op, lowering);
  if (op.integer('transA', 0) !== 0) throw op.refuse('its first input must not be transposed');
  const matrix = lowering.constant(op, 1, 'weights');
  const transposed = op.integer('transB', 0) === 1;
  const weight = weightOf(
    op,
    lowering,
    x,
    matrix,
    transposed ? 'outputs first' : 'features first',
    op.number('alpha', 1),
  );
  const outputs = lowering.weights.get(weight)!.shape[0]!;
  const bias = biasOf(op, lowering, outputs);
  const node = { op: 'linear', name: op.name, inputs: [x.name], output: op.output, weight, bias } as const;
  lowering.emit(node, [x.shape[0]!, outputs]);
}

/** [n, features] times a stored [features, outputs]; an Add behind it brings the bias. */
export function lowerMatMul(op: OnnxOp, lowering: Lowering): void {
  const x = rows(op, lowering);
  const weight = weightOf(op, lowering, x, lowering.constant(op, 1, 'weights'), 'features first', 1);
  const node = { op: 'linear', name: op.name, inputs: [x.name], output: op.output, weight, bias: null } as const;
  lowering.emit(node, [x.shape[0]!, lowering.weights.get(weight)!.shape[0]!]);
}

function rows(op: OnnxOp, lowering: Lowering): Activation {
  const x = lowering.activation(op);
  if (x.shape.length === 2) return x;
  throw op.refuse(`its input must be [n, features], got ${shown(x.shape)}`);
}

/** The name of the matrix as [outputs, features]; one that is stored so already keeps its name. */
function weightOf(
  op: OnnxOp,
  lowering: Lowering,
  x: Activation,
  matrix: Constant,
  order: 'outputs first' | 'features first',
  factor: number,
): string {
  const stored = order === 'outputs first' ? matrix.shape : [matrix.shape[1]!, matrix.shape[0]!];
  const [outputs, features] = stored as [number, number];
  if (matrix.shape.length !== 2 || features !== x.shape[1]) {
    throw op.broken(`weights of shape ${shown(matrix.shape)} do not fit ${x.shape[1]} features`);
  }
  if (order === 'outputs first' && factor === 1) return lowering.keep(matrix);
  const strides = order === 'outputs first' ? [features, 1] : [1, outputs];
  const data = copyStrided(matrix.data, [outputs, features], strides);
  const scaled = factor === 1 ? data : data.map((value) => value * factor);
  return lowering.store(`${op.name}.weight`, [outputs, features], scaled);
}

function biasOf(op: OnnxOp, lowering: Lowering, outputs: number): string | null {
  const bias = lowering.optionalConstant(op, 2, 'bias');
  const factor = op.number('beta', 1);
  if (!bias || factor === 0) return null;
  const count = elements(bias.shape);
  // One number for all, or one for each output: nothing in front but axes of one.
  if (count !== 1 && (count !== outputs || bias.shape[bias.shape.length - 1] !== outputs)) {
    throw op.broken(`a bias of shape ${shown(bias.shape)} does not fit ${outputs} outputs`);
  }
  if (count === outputs && factor === 1) return lowering.keep(bias, [outputs]);
  const data = broadcastTo({ ...bias, shape: [count] }, [outputs]);
  return lowering.store(
    `${op.name}.bias`,
    [outputs],
    data.map((value) => value * factor),
  );
}
