#pragma once

#include "cuda/weighted_plan.h"

namespace deep_inside {

/** What the plans of linear layers share: y = x w + b of all images, the activation, and dx = dy w^T. */
class LinearPlan : public CudaWeightedPlan {
 public:
  LinearPlan(const LinearGeometry& g, std::shared_ptr<CudaWeights> weights, std::shared_ptr<cuda::Handles> handles)
      : CudaWeightedPlan(std::move(handles), std::move(weights)), activation_(g.activation) {
    x = g.x;
    y = {g.x[0], weights_->shape()[0]};
  }

 protected:
  int64_t n() const { return x[0]; }
  int64_t features() const { return x[1]; }
  int64_t outputs() const { return y[1]; }

  Activation activation_;
};

/** Of 1 to 4 images: reads only the weights that matter. Tf32 is float32 here, whose products cost nothing. */
std::shared_ptr<WeightedPlan> planActiveRows(const LinearGeometry& geometry, std::shared_ptr<CudaWeights> weights,
                                             std::shared_ptr<cuda::Handles> handles);
/** Of any number, by cuBLASLt. */
std::shared_ptr<WeightedPlan> planLinearProducts(const LinearGeometry& geometry, std::shared_ptr<CudaWeights> weights,
                                                 std::shared_ptr<cuda::Handles> handles);

}  // namespace deep_inside
