#include <limits>
#include <optional>
#include <vector>

#include "cuda/convolution_algorithms.h"
#include "cuda/elementwise.h"
#include "cuda/surround.h"
#include "cuda/weighted_plan.h"

namespace deep_inside {

namespace {

using namespace cuda;

constexpr float kOne = 1.0f, kZero = 0.0f;

int asInt(int64_t value) {
  if (value <= std::numeric_limits<int>::max()) return static_cast<int>(value);
  throw Error(Code::Unsupported, "cuda: sizes must be below 2^31, got " + std::to_string(value));
}

/** cuDNN pads both sides alike; what it pads too much at the end does not matter if no output sees it. */
std::optional<Framing> framingOf(const ConvolutionGeometry& g) {
  ConvolutionGeometry even = g;
  even.pad = {g.pad.top, g.pad.left, g.pad.top, g.pad.left};
  if (even.output() == g.output()) return std::nullopt;
  const int64_t h = g.x[2], w = g.x[3];
  return Framing{h, w, g.pad.top, g.pad.left, g.pad.top + h + g.pad.bottom, g.pad.left + w + g.pad.right};
}

class ConvolutionPlan : public CudaWeightedPlan {
 public:
  ConvolutionPlan(const ConvolutionGeometry& g, std::shared_ptr<CudaWeights> weights, std::shared_ptr<Handles> handles)
      : CudaWeightedPlan(std::move(handles), std::move(weights)), activation_(g.activation), framing_(framingOf(g)) {
    x = g.x;
    y = g.output();
    describe(g);
    const ConvolutionParts parts{x_.get(), w_.get(), convolution_.get(), y_.get()};
    forward_ = forwardAlgorithm(handles_->cudnn(), parts);
    backward_ = backwardDataAlgorithm(handles_->cudnn(), parts);
    fused_ = weights_->hasBias() && canFuse(forward_.algorithm, activation_);
    workspace_->reserve(framedBytes_ + std::max(forward_.bytes, backward_.bytes));
  }

  void forward(const Tensor& from, const Tensor& to) override {
    const float* in = from.floats();
    if (framing_) {
      surround(handles_->stream(), x[0] * x[1], *framing_, in, framed());
      in = framed();
    }
    if (fused_ && convolveFused(in, to.floats())) return;
    check(cudnnConvolutionForward(handles_->cudnn(), &kOne, x_.get(), in, w_.get(), weights_->values(),
                                  convolution_.get(), forward_.algorithm, scratch(), forward_.bytes, &kZero, y_.get(),
                                  to.floats()),
          "convolution");
    if (weights_->hasBias()) {
      addBias(handles_->stream(), weights_->bias(), activation_, to);
    } else if (activation_ == Activation::Relu) {
      cuda::relu(handles_->stream(), to, to);
    }
  }

  void backwardData(const Tensor& dy, const Tensor& dx, const Tensor& mask) override {
    check(cudnnConvolutionBackwardData(handles_->cudnn(), &kOne, w_.get(), weights_->values(), y_.get(), dy.floats(),
                                       convolution_.get(), backward_.algorithm, scratch(), backward_.bytes, &kZero,
                                       x_.get(), framing_ ? framed() : dx.floats()),
          "backward convolution");
    if (framing_) crop(handles_->stream(), x[0] * x[1], *framing_, framed(), dx.floats());
    if (mask.storage) cuda::reluBackward(handles_->stream(), ReluRule::Gradient, mask, dx, dx);
  }

 private:
  void describe(const ConvolutionGeometry& g) {
    const auto dense = [](const TensorDescriptor& to, int64_t n, int64_t c, int64_t h, int64_t w) {
      check(cudnnSetTensor4dDescriptor(to.get(), CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, asInt(n), asInt(c), asInt(h),
                                       asInt(w)),
            "describing a tensor");
    };
    const int64_t h = framing_ ? framing_->framedH : x[2], w = framing_ ? framing_->framedW : x[3];
    dense(x_, x[0], x[1], h, w);
    dense(y_, y[0], y[1], y[2], y[3]);
    dense(bias_, 1, y[1], 1, 1);
    check(cudnnSetFilter4dDescriptor(w_.get(), CUDNN_DATA_FLOAT, CUDNN_TENSOR_NCHW, asInt(g.w[0]), asInt(g.w[1]),
                                     asInt(g.w[2]), asInt(g.w[3])),
          "describing filters");
    const int top = framing_ ? 0 : asInt(g.pad.top), left = framing_ ? 0 : asInt(g.pad.left);
    check(cudnnSetConvolution2dDescriptor(convolution_.get(), top, left, asInt(g.stride.rows), asInt(g.stride.cols),
                                          asInt(g.dilation.rows), asInt(g.dilation.cols), CUDNN_CROSS_CORRELATION,
                                          CUDNN_DATA_FLOAT),
          "describing a convolution");
    check(cudnnSetConvolutionGroupCount(convolution_.get(), asInt(g.groups)), "describing a convolution");
    // The default would round to TensorFloat-32.
    check(cudnnSetConvolutionMathType(convolution_.get(), CUDNN_FMA_MATH), "describing a convolution");
    const bool relu = activation_ == Activation::Relu;
    check(cudnnSetActivationDescriptor(does_.get(), relu ? CUDNN_ACTIVATION_RELU : CUDNN_ACTIVATION_IDENTITY,
                                       CUDNN_PROPAGATE_NAN, 0.0),
          "describing an activation");
    if (framing_) framedBytes_ = (static_cast<size_t>(x[0] * x[1] * h * w) * sizeof(float) + 255) / 256 * 256;
  }

  /** With bias and activation; false where cuDNN does not do that, which only the call itself tells. */
  bool convolveFused(const float* in, float* to) {
    const cudnnStatus_t result = cudnnConvolutionBiasActivationForward(
        handles_->cudnn(), &kOne, x_.get(), in, w_.get(), weights_->values(), convolution_.get(), forward_.algorithm,
        scratch(), forward_.bytes, &kZero, y_.get(), to, bias_.get(), weights_->bias(), does_.get(), y_.get(), to);
    fused_ = CUDNN_STATUS_CATEGORY(result) != CUDNN_STATUS_NOT_SUPPORTED;
    if (fused_) check(result, "convolution");
    return fused_;
  }

  float* framed() const { return static_cast<float*>(workspace_->at(0)); }
  void* scratch() const { return workspace_->at(framedBytes_); }

  Activation activation_;
  std::optional<Framing> framing_;
  /** Of x with its padding, before the algorithm's own memory in the workspace. */
  size_t framedBytes_ = 0;
  TensorDescriptor x_, y_, bias_;
  FilterDescriptor w_;
  ConvolutionDescriptor convolution_;
  ActivationDescriptor does_;
  ChosenAlgorithm<cudnnConvolutionFwdAlgo_t> forward_;
  ChosenAlgorithm<cudnnConvolutionBwdDataAlgo_t> backward_;
  bool fused_ = false;
};

}  // namespace

std::shared_ptr<WeightedPlan> planConvolutionOnCuda(const ConvolutionGeometry& geometry,
                                                    std::shared_ptr<CudaWeights> weights,
                                                    std::shared_ptr<cuda::Handles> handles) {
  return std::make_shared<ConvolutionPlan>(geometry, std::move(weights), std::move(handles));
}

}  // namespace deep_inside
