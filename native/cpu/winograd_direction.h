#pragma once

#include <memory>

#include "cpu/direction.h"
#include "cpu/weights.h"
#include "cpu/winograd.h"

namespace deep_inside {

/**
 * Whether Winograd's filtering can compute the convolution, a strided one in phases (cpu/phases.h), and whether it saves
 * enough in this direction to pay.
 */
bool winogradFits(const ConvolutionGeometry& geometry);
bool winogradPays(const ConvolutionGeometry& geometry, FilterUse use);

/** y = w * x + b, rectified if the geometry says so, or dx from dy, for `threads` threads. */
std::unique_ptr<Direction> winogradDirection(const ConvolutionGeometry& geometry, FilterUse use, CpuWeights& weights,
                                             int threads);

}  // namespace deep_inside
