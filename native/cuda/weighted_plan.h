#pragma once

#include "cuda/handles.h"
#include "cuda/weights.h"

namespace deep_inside {

/** A plan with weights; sums are float32. For the thread that enqueues, but that any thread may make it. */
class CudaWeightedPlan : public WeightedPlan {
 public:
  CudaWeightedPlan(std::shared_ptr<cuda::Handles> handles, std::shared_ptr<CudaWeights> weights)
      : handles_(std::move(handles)), workspace_(handles_->workspace()), weights_(std::move(weights)) {}

  const Weights& weights() const override { return *weights_; }

  /** What a recording of it has to keep, beside the plan: null where no plan needs any. */
  const std::shared_ptr<Storage>& block() const { return workspace_->block(); }

 protected:
  std::shared_ptr<cuda::Handles> handles_;
  std::shared_ptr<cuda::Workspace> workspace_;
  std::shared_ptr<CudaWeights> weights_;
};

/** By the classic calls, of dense tensors. `asked` is asked for algorithms. */
std::shared_ptr<WeightedPlan> planByClassicCalls(const ConvolutionGeometry& geometry,
                                                 std::shared_ptr<CudaWeights> weights,
                                                 std::shared_ptr<cuda::Handles> handles, cudnnHandle_t asked);
std::shared_ptr<WeightedPlan> planLinearOnCuda(const LinearGeometry& geometry, std::shared_ptr<CudaWeights> weights,
                                               std::shared_ptr<cuda::Handles> handles);

}  // namespace deep_inside
