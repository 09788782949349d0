#include "cuda/linear.h"

#include "cuda/active_rows.h"

namespace deep_inside {

std::shared_ptr<WeightedPlan> planLinearOnCuda(const LinearGeometry& geometry, std::shared_ptr<CudaWeights> weights,
                                               std::shared_ptr<cuda::Handles> handles) {
  const auto plan = geometry.x[0] <= cuda::kFewImages ? planActiveRows : planLinearProducts;
  return plan(geometry, std::move(weights), std::move(handles));
}

}  // namespace deep_inside
