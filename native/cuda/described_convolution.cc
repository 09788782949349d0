#include "cuda/described_convolution.h"

#include <limits>
#include <string>

namespace deep_inside::cuda {

namespace {

int asInt(int64_t value) {
  if (value <= std::numeric_limits<int>::max()) return static_cast<int>(value);
  throw Error(Code::Unsupported, "cuda: sizes must be below 2^31, got " + std::to_string(value));
}

/** What cuDNN pads too much at the end does not matter if no output sees it. */
std::optional<Framing> framingOf(const ConvolutionGeometry& g) {
  ConvolutionGeometry even = g;
  even.pad = {g.pad.top, g.pad.left, g.pad.top, g.pad.left};
  if (even.output() == g.output()) return std::nullopt;
  const int64_t h = g.x[2], w = g.x[3];
  return Framing{h, w, g.pad.top, g.pad.left, g.pad.top + h + g.pad.bottom, g.pad.left + w + g.pad.right};
}

void describe(const TensorDescriptor& to, int64_t n, int64_t c, int64_t h, int64_t w) {
  check(
      cudnnSetTensor4dDescriptor(to.get(), CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, asInt(n), asInt(c), asInt(h), asInt(w)),
      "describing a tensor");
}

}  // namespace

DescribedConvolution::DescribedConvolution(const ConvolutionGeometry& g)
    : planes_(g.x[0] * g.x[1]), framing_(framingOf(g)) {
  const Shape &x = g.x, &w = g.w, y = g.output();
  describe(x_, x[0], x[1], framing_ ? framing_->framedH : x[2], framing_ ? framing_->framedW : x[3]);
  describe(y_, y[0], y[1], y[2], y[3]);
  describe(bias_, 1, y[1], 1, 1);
  check(cudnnSetFilter4dDescriptor(w_.get(), CUDNN_DATA_FLOAT, CUDNN_TENSOR_NCHW, asInt(w[0]), asInt(w[1]), asInt(w[2]),
                                   asInt(w[3])),
        "describing filters");
  const int top = framing_ ? 0 : asInt(g.pad.top), left = framing_ ? 0 : asInt(g.pad.left);
  check(cudnnSetConvolution2dDescriptor(convolution_.get(), top, left, asInt(g.stride.rows), asInt(g.stride.cols),
                                        asInt(g.dilation.rows), asInt(g.dilation.cols), CUDNN_CROSS_CORRELATION,
                                        CUDNN_DATA_FLOAT),
        "describing a convolution");
  check(cudnnSetConvolutionGroupCount(convolution_.get(), asInt(g.groups)), "describing a convolution");
  // The default may round to TensorFloat-32.
  const cudnnMathType_t math = g.precision == Precision::Float32 ? CUDNN_FMA_MATH : CUDNN_DEFAULT_MATH;
  check(cudnnSetConvolutionMathType(convolution_.get(), math), "describing a convolution");
}

size_t DescribedConvolution::framedBytes() const {
  if (!framing_) return 0;
  const auto floats = static_cast<size_t>(planes_ * framing_->framedH * framing_->framedW);
  return (floats * sizeof(float) + 255) / 256 * 256;
}

}  // namespace deep_inside::cuda
