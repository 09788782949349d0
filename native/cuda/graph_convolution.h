#pragma once

#include "cuda/graph/convolution_engines.h"
#include "cuda/weighted_plan.h"

namespace deep_inside {

/** A plan with the channels of x and y side by side, products as the geometry's precision says. */
std::shared_ptr<WeightedPlan> planByGraph(const ConvolutionGeometry& geometry, std::shared_ptr<CudaWeights> weights,
                                          std::shared_ptr<cuda::Handles> handles,
                                          std::shared_ptr<const cuda::graph::ConvolutionEngines> engines);

}  // namespace deep_inside
