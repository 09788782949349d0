#pragma once

#include <memory>

#include "cpu/correlation.h"
#include "cpu/direction.h"
#include "cpu/weights.h"

namespace deep_inside {

/** Whether it is such a convolution, and whether its channels fill enough of the lanes. */
bool pointwiseFits(const ConvolutionGeometry& geometry);
bool pointwisePays(const ConvolutionGeometry& geometry);

/** y = w * x + b, rectified if the geometry says so, or dx from dy, for `threads` threads. */
std::unique_ptr<Direction> pointwiseDirection(const ConvolutionGeometry& geometry, FilterUse use, CpuWeights& weights,
                                              int threads);

}  // namespace deep_inside
