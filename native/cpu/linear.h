#pragma once

#include <memory>

#include "cpu/weights.h"
#include "cpu/workspace.h"

namespace deep_inside {

/**
 * Plans y = x w^T + b on oneDNN. Both directions and all batch sizes use the one dense copy of the weights: a packed
 * copy for each would cost 2 x 151 MB more for the paper's fc6 alone. Runs on the device's worker.
 */
std::shared_ptr<WeightedPlan> planLinearOnCpu(const Shape& x, std::shared_ptr<CpuWeights> weights,
                                              Activation activation, const dnnl::engine& engine,
                                              const std::shared_ptr<Workspace>& workspace);

}  // namespace deep_inside
