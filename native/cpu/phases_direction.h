#pragma once

#include <memory>

#include "cpu/correlation.h"
#include "cpu/direction.h"

namespace deep_inside {

/**
 * A strided convolution by `inner`, a direction of the folded one (cpu/phases.h): x is folded before it, or dx unfolded
 * after it, in the workspace.
 */
std::unique_ptr<Direction> phasesDirection(const ConvolutionGeometry& geometry, FilterUse use,
                                           std::unique_ptr<Direction> inner);

}  // namespace deep_inside
