#include "cpu/convolution.h"

#include <omp.h>

#include <algorithm>
#include <optional>

#include "cpu/bridge.h"
#include "cpu/direct.h"
#include "cpu/winograd_direction.h"

namespace deep_inside {

namespace {

/** Each direction by the algorithm that suits it; the forward one decides how x and y lie. */
class ConvolutionPlan : public WeightedPlan {
 public:
  ConvolutionPlan(const ConvolutionGeometry& g, std::shared_ptr<CpuWeights> weights, const dnnl::engine& engine,
                  std::shared_ptr<Workspace> workspace)
      : weights_(std::move(weights)), workspace_(std::move(workspace)) {
    x = g.x;
    y = g.output();
    auto forward = choose(g, FilterUse::Forward, g.forward, engine);
    xBlock = g.xBlock ? g.xBlock : forward->fromBlock();
    yBlock = g.yBlock ? g.yBlock : forward->toBlock();
    forward_.emplace(std::move(forward), x, xBlock, y, yBlock);
    backward_.emplace(choose(g, FilterUse::BackwardData, g.backwardData, engine), y, yBlock, x, xBlock);
    workspace_->reserve(std::max(forward_->scratch(), backward_->scratch()));
  }

  void forward(const Tensor& from, const Tensor& to) override { forward_->run(from, to, {}, *workspace_); }

  void backwardData(const Tensor& dy, const Tensor& dx, const Tensor& mask) override {
    backward_->run(dy, dx, Mask::of(mask, dx), *workspace_);
  }

 private:
  std::unique_ptr<Direction> choose(const ConvolutionGeometry& g, FilterUse use, Algorithm algorithm,
                                    const dnnl::engine& engine) const {
    const bool wanted =
        algorithm == Algorithm::Automatic ? winogradPays(g, use) : algorithm == Algorithm::Winograd && winogradFits(g);
    if (wanted) return winogradDirection(g, use, *weights_, omp_get_max_threads());
    const bool forward = use == FilterUse::Forward;
    return forward ? directForward(g, *weights_, engine) : directBackwardData(g, *weights_, engine);
  }

  std::shared_ptr<CpuWeights> weights_;
  std::shared_ptr<Workspace> workspace_;
  std::optional<Bridge> forward_, backward_;
};

}  // namespace

std::shared_ptr<WeightedPlan> planConvolutionOnCpu(const ConvolutionGeometry& geometry,
                                                   std::shared_ptr<CpuWeights> weights, const dnnl::engine& engine,
                                                   const std::shared_ptr<Workspace>& workspace) {
  return std::make_shared<ConvolutionPlan>(geometry, std::move(weights), engine, workspace);
}

}  // namespace deep_inside
