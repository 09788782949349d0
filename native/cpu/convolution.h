#pragma once

#include <memory>

#include "cpu/weights.h"
#include "cpu/workspace.h"

namespace deep_inside {

/**
 * Plans a convolution on oneDNN, forward and backward-data together: oneDNN chooses the layouts of x and y in the
 * forward direction, dx and dy share them. Packs the weights and books the workspace; runs on the device's worker.
 */
std::shared_ptr<WeightedPlan> planConvolutionOnCpu(const ConvolutionGeometry& geometry,
                                                   std::shared_ptr<CpuWeights> weights, const dnnl::engine& engine,
                                                   const std::shared_ptr<Workspace>& workspace);

}  // namespace deep_inside
