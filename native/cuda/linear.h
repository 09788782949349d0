#pragma once

#include <optional>

#include "cuda/product.h"
#include "cuda/weighted_plan.h"

namespace deep_inside {

/** What the plans of linear layers share: their sizes, and the gradients of their weights, dw = dy^T x. */
class LinearPlan : public CudaWeightedPlan {
 public:
  LinearPlan(const LinearGeometry& g, std::shared_ptr<CudaWeights> weights, std::shared_ptr<cuda::Handles> handles);

  void backwardFilter(const Tensor& from, const Tensor& dy, const Tensor& dw, const Tensor& db) override;

 protected:
  int64_t n() const { return x[0]; }
  int64_t features() const { return x[1]; }
  int64_t outputs() const { return y[1]; }

  Activation activation_;

 private:
  std::optional<cuda::Product> filters_;
};

/** Of 1 to 4 images: reads only the weights that matter. Tf32 is float32 here, whose products cost nothing. */
std::shared_ptr<WeightedPlan> planActiveRows(const LinearGeometry& geometry, std::shared_ptr<CudaWeights> weights,
                                             std::shared_ptr<cuda::Handles> handles);
/** Of any number, by cuBLASLt. */
std::shared_ptr<WeightedPlan> planLinearProducts(const LinearGeometry& geometry, std::shared_ptr<CudaWeights> weights,
                                                 std::shared_ptr<cuda::Handles> handles);

}  // namespace deep_inside
