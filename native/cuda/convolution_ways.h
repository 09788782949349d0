#pragma once

#include <vector>

#include "core/plans.h"

namespace deep_inside::cuda {

/** cuDNN's classic calls on dense tensors (NCHW), or its graphs of operations on channels-last ones (NHWC). */
enum class ConvolutionPath { Classic, Graph };

struct ConvolutionWay {
  ConvolutionPath path;
  Precision precision;
};

/**
 * How a convolution may be computed, the first choice first; by fixed rules of shape, precision and layouts, on a device
 * of compute capability `major`. Throws ERR_UNSUPPORTED where no way has the layouts.
 */
std::vector<ConvolutionWay> waysOf(const ConvolutionGeometry& geometry, int major);

}  // namespace deep_inside::cuda
