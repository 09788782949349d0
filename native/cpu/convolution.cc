#include "cpu/convolution.h"

#include <omp.h>

#include <algorithm>
#include <optional>

#include "cpu/bridge.h"
#include "cpu/columns_direction.h"
#include "cpu/direct.h"
#include "cpu/filter_gradient.h"
#include "cpu/pointwise_direction.h"
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
    auto forward = forwardDirection(g, engine);
    xBlock = g.xBlock ? g.xBlock : forward->fromBlock();
    yBlock = g.yBlock ? g.yBlock : forward->toBlock();
    forward_.emplace(std::move(forward), x, xBlock, y, yBlock);
    backward_.emplace(backwardDirection(g, engine), y, yBlock, x, xBlock);
    filterGradient = g.filterGradient;
    if (filterGradient == FilterGradient::Planned) {
      filters_.emplace(g, xBlock, yBlock, engine);
      workspace_->reserve(filters_->scratch());
    }
    takesViews = x[0] == 1 || (forward_->takesViews() && backward_->takesViews() && !filters_);
    workspace_->reserve(std::max(forward_->scratch(), backward_->scratch()));
  }

  void forward(const Tensor& from, const Tensor& to) override { forward_->run(from, to, {}, *workspace_); }

  void backwardData(const Tensor& dy, const Tensor& dx, const Tensor& mask) override {
    backward_->run(dy, dx, Mask::of(mask, dx), *workspace_);
  }

  void backwardFilter(const Tensor& from, const Tensor& dy, const Tensor& dw, const Tensor& db) override {
    filters_->run(from, dy, dw, db, *workspace_);
  }

  const Weights& weights() const override { return *weights_; }

 private:
  std::unique_ptr<Direction> forwardDirection(const ConvolutionGeometry& g, const dnnl::engine& engine) const {
    if (chosen(g.forward, Algorithm::Winograd, winogradFits(g), winogradPays(g, FilterUse::Forward)))
      return winogradDirection(g, FilterUse::Forward, *weights_, threads());
    if (chosen(g.forward, Algorithm::Pointwise, pointwiseFits(g), pointwisePays(g)))
      return pointwiseDirection(g, FilterUse::Forward, *weights_, threads());
    return directForward(g, *weights_, engine);
  }

  std::unique_ptr<Direction> backwardDirection(const ConvolutionGeometry& g, const dnnl::engine& engine) const {
    const bool automatic = g.backwardData == Algorithm::Automatic, columns = automatic && columnsPay(g);
    if (chosen(g.backwardData, Algorithm::Winograd, winogradFits(g), winogradPays(g, FilterUse::BackwardData))) {
      auto winograd = winogradDirection(columns ? ofOneImage(g) : g, FilterUse::BackwardData, *weights_, threads());
      return columns ? columnsBackwardData(g, *weights_, threads(), std::move(winograd)) : std::move(winograd);
    }
    if (chosen(g.backwardData, Algorithm::Columns, columnsFit(g), columns))
      return columnsBackwardData(g, *weights_, threads(), nullptr);
    if (chosen(g.backwardData, Algorithm::Pointwise, pointwiseFits(g), pointwisePays(g)))
      return pointwiseDirection(g, FilterUse::BackwardData, *weights_, threads());
    return directBackwardData(g, *weights_, engine);
  }

  static int threads() { return omp_get_max_threads(); }

  static bool chosen(Algorithm wanted, Algorithm one, bool fits, bool pays) {
    return wanted == Algorithm::Automatic ? pays : wanted == one && fits;
  }

  std::shared_ptr<CpuWeights> weights_;
  std::shared_ptr<Workspace> workspace_;
  std::optional<Bridge> forward_, backward_;
  std::optional<ConvolutionFilterGradient> filters_;
};

}  // namespace

std::shared_ptr<WeightedPlan> planConvolutionOnCpu(const ConvolutionGeometry& geometry,
                                                   std::shared_ptr<CpuWeights> weights, const dnnl::engine& engine,
                                                   const std::shared_ptr<Workspace>& workspace) {
  return std::make_shared<ConvolutionPlan>(geometry, std::move(weights), engine, workspace);
}

}  // namespace deep_inside
