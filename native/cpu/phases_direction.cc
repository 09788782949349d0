#include "cpu/phases_direction.h"

#include "cpu/phases.h"

namespace deep_inside {

namespace {

class PhasesForward : public Direction {
 public:
  PhasesForward(const ConvolutionGeometry& g, std::unique_ptr<Direction> inner)
      : phases_(g, inner->fromBlock()), inner_(std::move(inner)) {
    toBlock_ = inner_->toBlock();
    foldedAt_ = (inner_->scratch() + 63) / 64 * 64;
    scratch_ = foldedAt_ + static_cast<size_t>(stored(phases_.folded)) * sizeof(float);
  }

  void run(const Images<const float>& x, const Images<float>& y, const Mask& mask, void* workspace) const override {
    auto* folded = reinterpret_cast<float*>(static_cast<char*>(workspace) + foldedAt_);
    const int64_t step = storedInImage(phases_.folded);
    phasesKernels().fold(phases_, x, {folded, step});
    inner_->run({folded, step}, y, mask, workspace);
  }

 private:
  Phases phases_;
  std::unique_ptr<Direction> inner_;
  size_t foldedAt_;
};

class PhasesBackwardData : public Direction {
 public:
  PhasesBackwardData(const ConvolutionGeometry& g, std::unique_ptr<Direction> inner)
      : phases_(g, inner->toBlock()), inner_(std::move(inner)) {
    fromBlock_ = inner_->fromBlock();
    foldedAt_ = (inner_->scratch() + 63) / 64 * 64;
    liveAt_ = foldedAt_ + static_cast<size_t>(stored(phases_.folded)) * sizeof(float);
    scratch_ = liveAt_ + static_cast<size_t>(phases_.y.n * area(phases_.y));
  }

  void run(const Images<const float>& dy, const Images<float>& dx, const Mask& mask, void* workspace) const override {
    auto* bytes = static_cast<unsigned char*>(workspace);
    auto* folded = reinterpret_cast<float*>(bytes + foldedAt_);
    const int64_t step = storedInImage(phases_.folded);
    inner_->run(dy, {folded, step}, {}, workspace);
    phasesKernels().unfold(phases_, {folded, step}, dx);
    phasesKernels().clearUnreached(phases_, dy, bytes + liveAt_, dx);
    applyMask(mask, phases_.x, dx);
  }

 private:
  Phases phases_;
  std::unique_ptr<Direction> inner_;
  size_t foldedAt_, liveAt_;
};

}  // namespace

std::unique_ptr<Direction> phasesDirection(const ConvolutionGeometry& g, FilterUse use,
                                           std::unique_ptr<Direction> inner) {
  if (use == FilterUse::Forward) return std::make_unique<PhasesForward>(g, std::move(inner));
  return std::make_unique<PhasesBackwardData>(g, std::move(inner));
}

}  // namespace deep_inside
