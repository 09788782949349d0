#pragma once

#include "core/plans.h"
#include "cuda/graph/target.h"

namespace deep_inside::cuda::graph {

/**
 * Configurations of engines for operations that are joined by their virtual tensors, the fastest as expected first: of
 * those that `precision` allows and that give the same bits every time. Throws where cuDNN does not take the operations.
 */
std::vector<Descriptor> enginesFor(const std::vector<Descriptor>& operations, Precision precision,
                                   const Target& target);

}  // namespace deep_inside::cuda::graph
