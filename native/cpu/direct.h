#pragma once

#include <memory>

#include "cpu/direction.h"
#include "cpu/weights.h"

namespace deep_inside {

/** y = w * x + b, rectified if the geometry says so, by oneDNN, in the layouts that it likes best. */
std::unique_ptr<Direction> directForward(const ConvolutionGeometry& geometry, CpuWeights& weights,
                                         const dnnl::engine& engine);

/** dx from dy, by oneDNN. */
std::unique_ptr<Direction> directBackwardData(const ConvolutionGeometry& geometry, CpuWeights& weights,
                                              const dnnl::engine& engine);

}  // namespace deep_inside
