import { lowerArithmetic, lowerBatchNormalization, lowerSum } from './lower-affine.js';
import { lowerConcat, lowerGather, lowerSlice, lowerUnsqueeze } from './lower-channels.js';
import { lowerGemm, lowerMatMul } from './lower-linear.js';
import {
  lowerDropout,
  lowerGlobalAveragePool,
  lowerLrn,
  lowerReduceMean,
  lowerRelu,
  lowerSoftmax,
} from './lower-pointwise.js';
import {
  lowerCast,
  lowerCastLike,
  lowerFlatten,
  lowerIdentity,
  lowerReshape,
  lowerShape,
  lowerSqueeze,
} from './lower-shape.js';
import { lowerAveragePool, lowerConv, lowerMaxPool, lowerPad } from './lower-windows.js';
import type { Lowering } from './lowering.js';
import type { OnnxOp } from './op.js';

const lowerings: Readonly<Record<string, (op: OnnxOp, lowering: Lowering) => void>> = {
  Add: lowerArithmetic,
  AveragePool: lowerAveragePool,
  BatchNormalization: lowerBatchNormalization,
  Cast: lowerCast,
  CastLike: lowerCastLike,
  Concat: lowerConcat,
  Conv: lowerConv,
  Div: lowerArithmetic,
  Dropout: lowerDropout,
  Flatten: lowerFlatten,
  Gather: lowerGather,
  Gemm: lowerGemm,
  GlobalAveragePool: lowerGlobalAveragePool,
  Identity: lowerIdentity,
  LRN: lowerLrn,
  MatMul: lowerMatMul,
  MaxPool: lowerMaxPool,
  Mul: lowerArithmetic,
  Pad: lowerPad,
  ReduceMean: lowerReduceMean,
  Relu: lowerRelu,
  Reshape: lowerReshape,
  Shape: lowerShape,
  Slice: lowerSlice,
  Softmax: lowerSoftmax,
  Squeeze: lowerSqueeze,
  Sub: lowerArithmetic,
  Sum: lowerSum,
  Unsqueeze: lowerUnsqueeze,
};

/** Translates one ONNX node whose inputs are not all constants into nodes of our graph. */
export function lowerOp(op: OnnxOp, lowering: Lowering): void {
  const lower = Object.hasOwn(lowerings, op.type) ? lowerings[op.type] : undefined;
  if (!lower) throw op.refuse('this operator is not supported');
  lower(op, lowering);
}
