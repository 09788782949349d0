#include "cpu/linear.h"

#include <optional>

#include "cpu/mask.h"

namespace deep_inside {

namespace {

using dnnl::memory;

onednn::Desc rows(const Shape& shape) { return {{shape[0], shape[1]}, memory::data_type::f32, memory::format_tag::ab}; }

class LinearPlan : public WeightedPlan {
 public:
  LinearPlan(const Shape& from, std::shared_ptr<CpuWeights> weights, Activation activation, const dnnl::engine& engine,
             std::shared_ptr<Workspace> workspace)
      : engine_(engine), stream_(engine), weights_(std::move(weights)), workspace_(std::move(workspace)) {
    x = from;
    y = {from[0], weights_->shape()[0]};
    const onednn::Desc bias =
        weights_->hasBias() ? onednn::Desc{{y[1]}, memory::data_type::f32, memory::format_tag::a} : onednn::Desc{};
    const onednn::ConvolutionDescs descs{rows(x), weights_->dense(1), bias, rows(y)};
    const auto forward = onednn::linearForward(engine_, descs, activation);
    const auto hint = onednn::linearForward(engine_, descs, Activation::None);
    const auto backward = onednn::linearBackwardData(engine_, descs, hint);
    forward_.emplace(forward);
    backward_.emplace(backward);
    const memory w = weights_->packed(descs.w, 1, engine_);
    forwardArguments_ = {{DNNL_ARG_SRC, memory(descs.x, engine_, nullptr)},
                         {DNNL_ARG_WEIGHTS, w},
                         {DNNL_ARG_DST, memory(descs.y, engine_, nullptr)},
                         {DNNL_ARG_SCRATCHPAD, memory(forward.scratchpad_desc(), engine_, nullptr)}};
    if (weights_->hasBias()) forwardArguments_.emplace(DNNL_ARG_BIAS, weights_->bias(engine_));
    backwardArguments_ = {{DNNL_ARG_DIFF_DST, memory(descs.y, engine_, nullptr)},
                          {DNNL_ARG_WEIGHTS, w},
                          {DNNL_ARG_DIFF_SRC, memory(descs.x, engine_, nullptr)},
                          {DNNL_ARG_SCRATCHPAD, memory(backward.scratchpad_desc(), engine_, nullptr)}};
    workspace_->reserve(std::max(forward.scratchpad_desc().get_size(), backward.scratchpad_desc().get_size()) + 64);
  }

  void forward(const Tensor& from, const Tensor& to) override {
    forwardArguments_.at(DNNL_ARG_SRC).set_data_handle(from.floats());
    forwardArguments_.at(DNNL_ARG_DST).set_data_handle(to.floats());
    forwardArguments_.at(DNNL_ARG_SCRATCHPAD).set_data_handle(workspace_->at(0));
    forward_->execute(stream_, forwardArguments_);
    stream_.wait();
  }

  void backwardData(const Tensor& dy, const Tensor& dx, const Tensor& mask) override {
    backwardArguments_.at(DNNL_ARG_DIFF_DST).set_data_handle(dy.floats());
    backwardArguments_.at(DNNL_ARG_DIFF_SRC).set_data_handle(dx.floats());
    backwardArguments_.at(DNNL_ARG_SCRATCHPAD).set_data_handle(workspace_->at(0));
    backward_->execute(stream_, backwardArguments_);
    stream_.wait();
    applyMask(mask, dx);
  }

 private:
  dnnl::engine engine_;
  dnnl::stream stream_;
  std::shared_ptr<CpuWeights> weights_;
  std::shared_ptr<Workspace> workspace_;
  std::optional<dnnl::inner_product_forward> forward_;
  std::optional<dnnl::inner_product_backward_data> backward_;
  onednn::Arguments forwardArguments_, backwardArguments_;
};

}  // namespace

std::shared_ptr<WeightedPlan> planLinearOnCpu(const Shape& x, std::shared_ptr<CpuWeights> weights,
                                              Activation activation, const dnnl::engine& engine,
                                              const std::shared_ptr<Workspace>& workspace) {
  return std::make_shared<LinearPlan>(x, std::move(weights), activation, engine, workspace);
}

}  // namespace deep_inside
