#pragma once

#include "cuda/planning_thread.h"
#include "cuda/weighted_plan.h"

namespace deep_inside::cuda {

struct ConvolutionRequest {
  ConvolutionGeometry geometry;
  std::shared_ptr<CudaWeights> weights;
  std::shared_ptr<Handles> handles;
};

/** Whether it is for the planning thread: else cuDNN answers from tables. Throws ERR_UNSUPPORTED as `waysOf` does. */
bool takesLong(const ConvolutionRequest& request);

/** For the thread that enqueues. */
std::shared_ptr<WeightedPlan> planAtOnce(const ConvolutionRequest& request);

/** For the planning thread. Throws ERR_UNSUPPORTED where cuDNN has no way for the shape. */
std::shared_ptr<WeightedPlan> planWith(PlanningThread::Means& means, const ConvolutionRequest& request);

}  // namespace deep_inside::cuda
