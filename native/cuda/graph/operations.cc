#include "cuda/graph/operations.h"

namespace deep_inside::cuda::graph {

namespace {

Descriptor described(Uid uid, const Shape& shape, cudnnDataType_t type, int64_t alignment) {
  const int64_t c = shape[1], h = shape[2], w = shape[3];
  return Descriptor(CUDNN_BACKEND_TENSOR_DESCRIPTOR)
      .set(CUDNN_ATTR_TENSOR_UNIQUE_ID, uid)
      .set(CUDNN_ATTR_TENSOR_DATA_TYPE, type)
      .set(CUDNN_ATTR_TENSOR_DIMENSIONS, shape)
      .set(CUDNN_ATTR_TENSOR_STRIDES, Shape{c * h * w, 1, c * w, c})
      .set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, alignment);
}

// A ReLU's other attributes stay as cuDNN 9 has them. Its clips: 0 below, and above "numeric limit max", in the plans of
// 9.24 the largest double, which cuts off no float. NaN: the attribute is deprecated, and with either value or none 9.24
// chooses the same engines and compiles the same instructions (forward "at least 0 or unordered", which keeps NaN).
Descriptor pointwise(cudnnPointwiseMode_t mode) {
  const Descriptor math = Descriptor(CUDNN_BACKEND_POINTWISE_DESCRIPTOR)
                              .set(CUDNN_ATTR_POINTWISE_MODE, mode)
                              .set(CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_DATA_FLOAT)
                              .finalize("describing an activation");
  return Descriptor(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR)
      .set(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, math);
}

/** One that makes y of x, not finalized. */
Descriptor ofOne(cudnnPointwiseMode_t mode, const Descriptor& x, const Descriptor& y) {
  return pointwise(mode).set(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, x).set(CUDNN_ATTR_OPERATION_POINTWISE_YDESC, y);
}

}  // namespace

Descriptor tensor(Uid uid, const Shape& shape, cudnnDataType_t type, int64_t alignment) {
  return described(uid, shape, type, alignment).finalize("describing a tensor");
}

Descriptor between(Uid uid, const Shape& shape) {
  return described(uid, shape, CUDNN_DATA_FLOAT, kAligned)
      .set(CUDNN_ATTR_TENSOR_IS_VIRTUAL, true)
      .finalize("describing a value");
}

Descriptor windowOf(const ConvolutionGeometry& g) {
  return Descriptor(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR)
      .set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_DATA_FLOAT)
      .set(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_CROSS_CORRELATION)
      .set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, int64_t{2})
      .set(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, Shape{g.pad.top, g.pad.left})
      .set(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, Shape{g.pad.bottom, g.pad.right})
      .set(CUDNN_ATTR_CONVOLUTION_DILATIONS, Shape{g.dilation.rows, g.dilation.cols})
      .set(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, Shape{g.stride.rows, g.stride.cols})
      .finalize("describing a convolution");
}

Descriptor convolution(const Descriptor& window, const Descriptor& x, const Descriptor& w, const Descriptor& y) {
  return Descriptor(CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR)
      .set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, window)
      .set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, x)
      .set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, w)
      .set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, y)
      .set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, 1.0f)
      .set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, 0.0f)
      .finalize("describing a convolution");
}

Descriptor convolutionBackwardData(const Descriptor& window, const Descriptor& dy, const Descriptor& w,
                                   const Descriptor& dx) {
  return Descriptor(CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR)
      .set(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC, window)
      .set(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY, dy)
      .set(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W, w)
      .set(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX, dx)
      .set(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA, 1.0f)
      .set(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA, 0.0f)
      .finalize("describing a backward convolution");
}

Descriptor identity(const Descriptor& x, const Descriptor& y) {
  return ofOne(CUDNN_POINTWISE_IDENTITY, x, y).finalize("describing a copy");
}

Descriptor addition(const Descriptor& x, const Descriptor& b, const Descriptor& y) {
  return ofOne(CUDNN_POINTWISE_ADD, x, y).set(CUDNN_ATTR_OPERATION_POINTWISE_BDESC, b).finalize("describing a bias");
}

Descriptor relu(const Descriptor& x, const Descriptor& y) {
  return ofOne(CUDNN_POINTWISE_RELU_FWD, x, y).finalize("describing relu");
}

Descriptor reluBackward(const Descriptor& x, const Descriptor& dy, const Descriptor& dx) {
  return pointwise(CUDNN_POINTWISE_RELU_BWD)
      .set(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, x)
      .set(CUDNN_ATTR_OPERATION_POINTWISE_DYDESC, dy)
      .set(CUDNN_ATTR_OPERATION_POINTWISE_DXDESC, dx)
      .finalize("describing reluBackward");
}

}  // namespace deep_inside::cuda::graph
