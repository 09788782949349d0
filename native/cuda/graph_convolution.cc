#include "cuda/graph_convolution.h"

#include <algorithm>

#include "cuda/elementwise.h"
#include "cuda/matrix.h"

namespace deep_inside {

namespace {

using namespace cuda::graph;

size_t wholeLines(size_t bytes) { return (bytes + 255) / 256 * 256; }

class GraphConvolutionPlan : public CudaWeightedPlan {
 public:
  GraphConvolutionPlan(const ConvolutionGeometry& g, std::shared_ptr<CudaWeights> weights,
                       std::shared_ptr<cuda::Handles> handles, std::shared_ptr<const ConvolutionEngines> engines)
      : CudaWeightedPlan(std::move(handles), std::move(weights)),
        engines_(std::move(engines)),
        narrow_(g.precision == Precision::BFloat16) {
    x = g.x;
    y = g.output();
    xBlock = x[1];
    yBlock = y[1];
  }

  void finish() override {
    const size_t engines = std::max(
        {engines_->forward.bytes(), engines_->backwardData.bytes(), engines_->masked ? engines_->masked->bytes() : 0});
    workspace_->reserve(factorBytes() + engines);
    w_ = narrow_ ? static_cast<const void*>(weights_->channelsLast<BFloat16>(*handles_))
                 : weights_->channelsLast<float>(*handles_);
  }

  void forward(const Tensor& from, const Tensor& to) override {
    std::vector<Bound> memory = {{kX, factor(from)}, {kW, w_}, {kY, to.floats()}};
    if (weights_->hasBias()) memory.push_back({kBias, weights_->bias()});
    run(engines_->forward, memory);
  }

  void backwardData(const Tensor& dy, const Tensor& dx, const Tensor& mask) override {
    std::vector<Bound> memory = {{kY, factor(dy)}, {kW, w_}, {kX, dx.floats()}};
    const bool oneEach = mask.storage && mask.shape[0] == dx.shape[0];
    if (oneEach && engines_->masked) {
      memory.push_back({kMask, mask.floats()});
      return run(*engines_->masked, memory);
    }
    run(engines_->backwardData, memory);
    if (mask.storage) cuda::reluBackward(handles_->stream(), ReluRule::Gradient, mask, dx, dx);
  }

  void backwardFilter(const Tensor&, const Tensor&, const Tensor&, const Tensor&) override {
    throw Error(Code::Unsupported, "cuda: a plan with channels side by side has no gradient of filters");
  }

 private:
  /** Of workspace, before the engines' own. */
  size_t factorBytes() const {
    if (!narrow_) return 0;
    return wholeLines(static_cast<size_t>(std::max(elementsOf(x), elementsOf(y))) * sizeof(BFloat16));
  }

  /** The tensor as it is multiplied: rounded in the workspace where that is narrower than it. */
  const void* factor(const Tensor& from) const {
    if (!narrow_) return from.floats();
    auto* to = static_cast<BFloat16*>(workspace_->at(0));
    const int64_t count = from.storedElements();
    cuda::narrowRows(handles_->stream(), 1, count, count, from.floats(), to);
    return to;
  }

  void run(const ExecutionPlan& plan, const std::vector<Bound>& memory) const {
    plan.run(handles_->cudnn(), memory, workspace_->at(factorBytes()));
  }

  std::shared_ptr<const ConvolutionEngines> engines_;
  bool narrow_;
  /** The weights' own copy. */
  const void* w_ = nullptr;
};

}  // namespace

std::shared_ptr<WeightedPlan> planByGraph(const ConvolutionGeometry& geometry, std::shared_ptr<CudaWeights> weights,
                                          std::shared_ptr<cuda::Handles> handles,
                                          std::shared_ptr<const cuda::graph::ConvolutionEngines> engines) {
  return std::make_shared<GraphConvolutionPlan>(geometry, std::move(weights), std::move(handles), std::move(engines));
}

}  // namespace deep_inside
