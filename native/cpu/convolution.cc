#include "cpu/convolution.h"

#include <optional>

#include "cpu/kernels.h"
#include "cpu/layouts.h"
#include "cpu/mask.h"

namespace deep_inside {

namespace {

using dnnl::memory;
using onednn::Arguments;

size_t aligned(size_t bytes) { return (bytes + 63) / 64 * 64; }

/** A tensor's data if it lies as the primitive wants it, else a copy in the workspace. */
struct Operand {
  Shape shape;
  int64_t given, wanted;  // blocks
  size_t offset = 0;      // of the copy in the workspace

  bool copied() const { return given != wanted; }
  size_t bytes() const {
    return copied() ? aligned(static_cast<size_t>(stored(Tensor::planesOf(shape, wanted))) * sizeof(float)) : 0;
  }
};

class ConvolutionPlan : public WeightedPlan {
 public:
  ConvolutionPlan(const ConvolutionGeometry& g, std::shared_ptr<CpuWeights> weights, const dnnl::engine& engine,
                  std::shared_ptr<Workspace> workspace)
      : geometry_(g), engine_(engine), stream_(engine), weights_(std::move(weights)), workspace_(std::move(workspace)) {
    x = g.x;
    y = g.output();
    wantedWeights_ = {weights_->dims(g.groups), memory::data_type::f32, memory::format_tag::any};
    planForward();
    planBackward();
  }

  void forward(const Tensor& from, const Tensor& to) override {
    forwardArguments_.at(DNNL_ARG_SRC).set_data_handle(from.floats());
    forwardArguments_.at(DNNL_ARG_DST).set_data_handle(to.floats());
    forwardArguments_.at(DNNL_ARG_SCRATCHPAD).set_data_handle(workspace_->at(0));
    forward_->execute(stream_, forwardArguments_);
    stream_.wait();
  }

  void backwardData(const Tensor& dy, const Tensor& dx, const Tensor& mask) override {
    float* from = place(dyOperand_, dy.floats());
    float* to = place(dxOperand_, dx.floats());
    if (dyOperand_.copied()) relayout(dyOperand_.shape, dyOperand_.given, dyOperand_.wanted, dy.floats(), from);
    backwardArguments_.at(DNNL_ARG_DIFF_DST).set_data_handle(from);
    backwardArguments_.at(DNNL_ARG_DIFF_SRC).set_data_handle(to);
    backwardArguments_.at(DNNL_ARG_SCRATCHPAD).set_data_handle(workspace_->at(0));
    backward_->execute(stream_, backwardArguments_);
    stream_.wait();
    if (dxOperand_.copied()) relayout(dxOperand_.shape, dxOperand_.wanted, dxOperand_.given, to, dx.floats());
    applyMask(mask, dx);
  }

 private:
  using Forward = dnnl::convolution_forward;
  using Backward = dnnl::convolution_backward_data;

  Forward::primitive_desc describeForward(const onednn::Desc& xDesc, const onednn::Desc& yDesc,
                                          Activation activation) const {
    const onednn::Desc bias =
        weights_->hasBias() ? onednn::Desc{{y[1]}, memory::data_type::f32, memory::format_tag::a} : onednn::Desc{};
    return onednn::convolutionForward(engine_, geometry_, {xDesc, wantedWeights_, bias, yDesc}, activation);
  }

  void planForward() {
    auto choice = describeForward(anyOf(x), anyOf(y), geometry_.activation);
    xBlock = blockOf(choice.src_desc(), x);
    yBlock = blockOf(choice.dst_desc(), y);
    if (!xBlock || !yBlock) {
      xBlock = xBlock ? xBlock : 1;
      yBlock = yBlock ? yBlock : 1;
      choice = describeForward(descOf(x, xBlock), descOf(y, yBlock), geometry_.activation);
    }
    forward_.emplace(choice);
    forwardArguments_ = {{DNNL_ARG_SRC, memory(choice.src_desc(), engine_, nullptr)},
                         {DNNL_ARG_DST, memory(choice.dst_desc(), engine_, nullptr)},
                         {DNNL_ARG_WEIGHTS, weights_->packed(choice.weights_desc(), geometry_.groups, engine_)},
                         {DNNL_ARG_SCRATCHPAD, memory(choice.scratchpad_desc(), engine_, nullptr)}};
    if (weights_->hasBias()) forwardArguments_.emplace(DNNL_ARG_BIAS, weights_->bias(engine_));
    workspace_->reserve(aligned(choice.scratchpad_desc().get_size()) + 64);
  }

  Backward::primitive_desc describeBackward(int64_t dxBlock, int64_t dyBlock) const {
    const auto desc = [](const Shape& shape, int64_t block) { return block ? descOf(shape, block) : anyOf(shape); };
    const auto hint = describeForward(anyOf(x), anyOf(y), Activation::None);
    return onednn::convolutionBackwardData(engine_, geometry_, {desc(x, dxBlock), wantedWeights_, {}, desc(y, dyBlock)},
                                           hint);
  }

  /** Prefers what oneDNN likes best; a layout that isn't the forward pass's is bridged by a copy in the workspace. */
  void planBackward() {
    auto choice = describeBackward(0, 0);
    int64_t dxBlock = blockOf(choice.diff_src_desc(), x), dyBlock = blockOf(choice.diff_dst_desc(), y);
    if (!dxBlock || !dyBlock) {
      dxBlock = dxBlock ? dxBlock : xBlock;
      dyBlock = dyBlock ? dyBlock : yBlock;
      choice = describeBackward(dxBlock, dyBlock);
    }
    backward_.emplace(choice);
    const size_t scratch = aligned(choice.scratchpad_desc().get_size());
    dyOperand_ = {y, yBlock, dyBlock, scratch};
    dxOperand_ = {x, xBlock, dxBlock, scratch + dyOperand_.bytes()};
    backwardArguments_ = {{DNNL_ARG_DIFF_SRC, memory(choice.diff_src_desc(), engine_, nullptr)},
                          {DNNL_ARG_DIFF_DST, memory(choice.diff_dst_desc(), engine_, nullptr)},
                          {DNNL_ARG_WEIGHTS, weights_->packed(choice.weights_desc(), geometry_.groups, engine_)},
                          {DNNL_ARG_SCRATCHPAD, memory(choice.scratchpad_desc(), engine_, nullptr)}};
    workspace_->reserve(dxOperand_.offset + dxOperand_.bytes() + 64);
  }

  float* place(const Operand& operand, float* data) const {
    return operand.copied() ? static_cast<float*>(workspace_->at(operand.offset)) : data;
  }

  static void relayout(const Shape& shape, int64_t from, int64_t to, const float* source, float* target) {
    kernels().reorder(Tensor::planesOf(shape, from), Tensor::planesOf(shape, to), source, target);
  }

  ConvolutionGeometry geometry_;
  dnnl::engine engine_;
  dnnl::stream stream_;
  std::shared_ptr<CpuWeights> weights_;
  std::shared_ptr<Workspace> workspace_;
  onednn::Desc wantedWeights_;
  std::optional<Forward> forward_;
  std::optional<Backward> backward_;
  Arguments forwardArguments_, backwardArguments_;
  Operand dyOperand_, dxOperand_;
};

}  // namespace

std::shared_ptr<WeightedPlan> planConvolutionOnCpu(const ConvolutionGeometry& geometry,
                                                   std::shared_ptr<CpuWeights> weights, const dnnl::engine& engine,
                                                   const std::shared_ptr<Workspace>& workspace) {
  return std::make_shared<ConvolutionPlan>(geometry, std::move(weights), engine, workspace);
}

}  // namespace deep_inside
