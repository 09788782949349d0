#pragma once

#include <memory>

#include "cpu/weights.h"
#include "cpu/workspace.h"

namespace deep_inside {

/**
 * Plans y = x w + b. Both directions and all batch sizes use the one copy of the weights, and at few images read no row
 * of it that is multiplied by zeros alone, or whose gradient nobody wants. Runs on the device's worker.
 */
std::shared_ptr<WeightedPlan> planLinearOnCpu(const LinearGeometry& geometry, std::shared_ptr<CpuWeights> weights,
                                              const std::shared_ptr<Workspace>& workspace);

}  // namespace deep_inside
