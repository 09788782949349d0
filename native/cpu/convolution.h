#pragma once

#include <memory>

#include "cpu/weights.h"
#include "cpu/workspace.h"

namespace deep_inside {

/**
 * Plans a convolution, forward and backward-data together: each by the algorithm that suits its shape and the processor.
 * Packs the weights and books the workspace; runs on the device's worker, for as many threads as OpenMP has there.
 */
std::shared_ptr<WeightedPlan> planConvolutionOnCpu(const ConvolutionGeometry& geometry,
                                                   std::shared_ptr<CpuWeights> weights, const dnnl::engine& engine,
                                                   const std::shared_ptr<Workspace>& workspace);

}  // namespace deep_inside
