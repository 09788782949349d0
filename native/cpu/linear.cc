#include "cpu/linear.h"

#include <algorithm>
#include <numeric>

#include "cpu/mask.h"

namespace deep_inside {

namespace {

/** Beyond so many images a product of matrices is as fast as reading one active row after the other (9216 x 4096). */
constexpr int64_t kFewImages = 4;
/** Of more images hardly a feature is dead in all. */
constexpr int64_t kListedImages = 16;
/** Choice: an entry of dy costs a cache line of each row, out of order, where reading all of it is a stream. */
constexpr int64_t kOutputsPerEntry = 32;

size_t aligned(size_t bytes) { return (bytes + 63) / 64 * 64; }

class LinearPlan : public WeightedPlan {
 public:
  LinearPlan(const LinearGeometry& g, std::shared_ptr<CpuWeights> weights, std::shared_ptr<Workspace> workspace)
      : weights_(std::move(weights)),
        matrix_(weights_->matrix()),
        activation_(g.activation),
        workspace_(std::move(workspace)) {
    x = g.x;
    y = {g.x[0], matrix_.outputs};
    filterGradient = g.filterGradient;
    entriesAt_ = aligned(static_cast<size_t>(matrix_.features + 1) * sizeof(int32_t));
    scratchAt_ = entriesAt_ + aligned(static_cast<size_t>(mostEntries()) * sizeof(Entry));
    const size_t sums = n() <= kFewImages ? static_cast<size_t>(n() * matrix_.step) : 0;
    const size_t floats = std::max(sums, linearKernels().backwardFloats(n(), matrix_.outputs));
    workspace_->reserve(scratchAt_ + floats * sizeof(float));
  }

  void forward(const Tensor& from, const Tensor& to) override {
    if (n() > kFewImages) return forwardAll(from.floats(), to.floats());
    const int64_t count = linearKernels().listNonZero(n(), matrix_.features, from.floats(), features());
    linearKernels().forward(
        {matrix_, n(), features(), count, from.floats(), weights_->bias(), activation_, scratch(), to.floats()});
  }

  void backwardData(const Tensor& dy, const Tensor& dx, const Tensor& mask) override {
    const Mask wanted = Mask::of(mask, dx);
    const int64_t count = listWanted(wanted);
    const LinearBackward b{matrix_, n(), features(), count, dy.floats(), scratch(), dx.floats()};
    const int64_t few = linearKernels().listEntries(n(), matrix_.outputs, dy.floats(), mostEntries(), entries());
    if (few >= 0) {
      linearKernels().backwardEntries(b, entries(), few);
    } else {
      linearKernels().backward(b);
    }
    if (n() > wanted.gradients) applyMask(wanted, dx.planes(), dx.images());  // else the list said it all
  }

  void backwardFilter(const Tensor& from, const Tensor& dy, const Tensor& dw, const Tensor& db) override {
    onednn::multiplyTransposed(matrix_.outputs, matrix_.features, n(), dy.floats(), from.floats(), dw.floats());
    if (db.storage) linearKernels().sumColumns(n(), matrix_.outputs, dy.floats(), db.floats());
  }

  const Weights& weights() const override { return *weights_; }

 private:
  int64_t n() const { return x[0]; }
  int64_t mostEntries() const { return matrix_.outputs / kOutputsPerEntry; }
  int32_t* features() const { return static_cast<int32_t*>(workspace_->at(0)); }
  Entry* entries() const { return static_cast<Entry*>(workspace_->at(entriesAt_)); }
  float* scratch() const { return static_cast<float*>(workspace_->at(scratchAt_)); }

  void forwardAll(const float* from, float* to) const {
    onednn::multiply(n(), matrix_.outputs, matrix_.features, from, matrix_.features, matrix_.w, matrix_.step, to);
    linearKernels().finish(n(), matrix_.outputs, weights_->bias(), activation_, to);
  }

  /** All features, unless a mask of not too many images tells otherwise. */
  int64_t listWanted(const Mask& mask) const {
    const int64_t images = n() / mask.gradients;
    if (mask.values.data && images <= kListedImages) {
      return linearKernels().listAbove0(images, matrix_.features, mask.values.data, features());
    }
    std::iota(features(), features() + matrix_.features, 0);
    return matrix_.features;
  }

  std::shared_ptr<CpuWeights> weights_;
  Matrix matrix_;
  Activation activation_;
  std::shared_ptr<Workspace> workspace_;
  size_t entriesAt_, scratchAt_;  // in the workspace, behind the list of features
};

}  // namespace

std::shared_ptr<WeightedPlan> planLinearOnCpu(const LinearGeometry& geometry, std::shared_ptr<CpuWeights> weights,
                                              const std::shared_ptr<Workspace>& workspace) {
  return std::make_shared<LinearPlan>(geometry, std::move(weights), workspace);
}

}  // namespace deep_inside
