#pragma once

#include "cuda/graph/operations.h"

namespace deep_inside::cuda::graph {

enum ConvolutionUid : Uid { kX = 1, kW, kBias, kY, kMask };

/** Operations of y = x * w, and + bias and rectified where there is one; products as precise as the geometry says. */
std::vector<Descriptor> forwardOperations(const ConvolutionGeometry& geometry, bool bias);
/** Of dx (kX) of dy (kY) and w; with kMask, dx is 0 where that is not above 0. */
std::vector<Descriptor> backwardDataOperations(const ConvolutionGeometry& geometry, bool masked);

}  // namespace deep_inside::cuda::graph
