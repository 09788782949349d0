#include <algorithm>
#include <optional>

#include "cuda/described_convolution.h"
#include "cuda/elementwise.h"
#include "cuda/filter_gradient.h"
#include "cuda/surround.h"
#include "cuda/weighted_plan.h"

namespace deep_inside {

namespace {

using namespace cuda;

constexpr float kOne = 1.0f, kZero = 0.0f;

class ConvolutionPlan : public CudaWeightedPlan {
 public:
  ConvolutionPlan(const ConvolutionGeometry& g, std::shared_ptr<CudaWeights> weights, std::shared_ptr<Handles> handles,
                  cudnnHandle_t asked)
      : CudaWeightedPlan(std::move(handles), std::move(weights)), activation_(g.activation), described_(g) {
    x = g.x;
    y = g.output();
    forward_ = forwardAlgorithm(asked, described_.parts(), {g.precision, g.forward});
    backward_ = backwardDataAlgorithm(asked, described_.parts(), {g.precision, g.backwardData});
    fused_ = weights_->hasBias() && canFuse(forward_.algorithm, activation_);
    describeActivation();
    filterGradient = g.filterGradient;
    if (filterGradient != FilterGradient::None) filters_.emplace(g, asked);
  }

  void finish() override {
    workspace_->reserve(described_.framedBytes() + std::max(forward_.bytes, backward_.bytes));
    if (filters_) workspace_->reserve(filters_->bytes());
  }

  void forward(const Tensor& from, const Tensor& to) override {
    const ConvolutionParts at = described_.parts();
    const float* in = from.floats();
    if (const auto& framing = described_.framing()) {
      surround(handles_->stream(), described_.planes(), *framing, in, framed());
      in = framed();
    }
    if (fused_ && convolveFused(in, to.floats())) return;
    check(cudnnConvolutionForward(handles_->cudnn(), &kOne, at.x, in, at.w, weights_->values(), at.convolution,
                                  forward_.algorithm, scratch(), forward_.bytes, &kZero, at.y, to.floats()),
          "convolution");
    if (weights_->hasBias()) {
      addBias(handles_->stream(), weights_->bias(), activation_, to);
    } else if (activation_ == Activation::Relu) {
      cuda::relu(handles_->stream(), to, to);
    }
  }

  void backwardData(const Tensor& dy, const Tensor& dx, const Tensor& mask) override {
    const ConvolutionParts at = described_.parts();
    const auto& framing = described_.framing();
    check(cudnnConvolutionBackwardData(handles_->cudnn(), &kOne, at.w, weights_->values(), at.y, dy.floats(),
                                       at.convolution, backward_.algorithm, scratch(), backward_.bytes, &kZero, at.x,
                                       framing ? framed() : dx.floats()),
          "backward convolution");
    if (framing) crop(handles_->stream(), described_.planes(), *framing, framed(), dx.floats());
    if (mask.storage) cuda::reluBackward(handles_->stream(), ReluRule::Gradient, mask, dx, dx);
  }

  void backwardFilter(const Tensor& from, const Tensor& dy, const Tensor& dw, const Tensor& db) override {
    filters_->run(from, dy, dw, db, *handles_, *workspace_);
  }

 private:
  void describeActivation() {
    const bool relu = activation_ == Activation::Relu;
    check(cudnnSetActivationDescriptor(does_.get(), relu ? CUDNN_ACTIVATION_RELU : CUDNN_ACTIVATION_IDENTITY,
                                       CUDNN_PROPAGATE_NAN, 0.0),
          "describing an activation");
  }

  /** With bias and activation; false where cuDNN does not do that, which only the call itself tells. */
  bool convolveFused(const float* in, float* to) {
    const ConvolutionParts at = described_.parts();
    const cudnnStatus_t result = cudnnConvolutionBiasActivationForward(
        handles_->cudnn(), &kOne, at.x, in, at.w, weights_->values(), at.convolution, forward_.algorithm, scratch(),
        forward_.bytes, &kZero, at.y, to, described_.bias(), weights_->bias(), does_.get(), at.y, to);
    fused_ = CUDNN_STATUS_CATEGORY(result) != CUDNN_STATUS_NOT_SUPPORTED;
    if (fused_) check(result, "convolution");
    return fused_;
  }

  float* framed() const { return static_cast<float*>(workspace_->at(0)); }
  /** The algorithm's own memory, behind x with its padding. */
  void* scratch() const { return workspace_->at(described_.framedBytes()); }

  Activation activation_;
  DescribedConvolution described_;
  ActivationDescriptor does_;
  ChosenAlgorithm<cudnnConvolutionFwdAlgo_t> forward_;
  ChosenAlgorithm<cudnnConvolutionBwdDataAlgo_t> backward_;
  bool fused_ = false;
  std::optional<ConvolutionFilterGradient> filters_;
};

}  // namespace

std::shared_ptr<WeightedPlan> planByClassicCalls(const ConvolutionGeometry& geometry,
                                                 std::shared_ptr<CudaWeights> weights,
                                                 std::shared_ptr<cuda::Handles> handles, cudnnHandle_t asked) {
  return std::make_shared<ConvolutionPlan>(geometry, std::move(weights), std::move(handles), asked);
}

}  // namespace deep_inside
