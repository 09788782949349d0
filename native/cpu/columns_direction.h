#pragma once

#include <memory>

#include "cpu/direction.h"
#include "cpu/weights.h"

namespace deep_inside {

/** Whether the gradient can be computed by columns, and whether it has so few channels that this pays. */
bool columnsFit(const ConvolutionGeometry& geometry);
bool columnsPay(const ConvolutionGeometry& geometry);

/** The same of a batch of one. */
ConvolutionGeometry ofOneImage(const ConvolutionGeometry& geometry);

/**
 * dx from dy, for `threads` threads. Images of dy with few zeros are left to `dense`, unless it is null: a direction of
 * one image.
 */
std::unique_ptr<Direction> columnsBackwardData(const ConvolutionGeometry& geometry, CpuWeights& weights, int threads,
                                               std::unique_ptr<Direction> dense);

}  // namespace deep_inside
