#pragma once

#include <vector>

#include "core/plans.h"

namespace deep_inside::cuda {

/** cuDNN's classic calls on dense tensors (NCHW), or its graphs of operations on channels-last ones (NHWC). */
enum class ConvolutionPath { Classic, Graph };

/** What a device and its cuDNN have. */
struct Capabilities {
  /** Of the compute capability, such as 9.0, the first number. */
  int major;
  /** Whether kernels for graphs can be compiled. */
  bool graphs;
};

struct ConvolutionWay {
  ConvolutionPath path;
  Precision precision;
};

/**
 * How a convolution may be computed, the first choice first; by fixed rules of shape, precision and layouts. Throws
 * ERR_UNSUPPORTED where no way has the layouts.
 */
std::vector<ConvolutionWay> waysOf(const ConvolutionGeometry& geometry, const Capabilities& has);

}  // namespace deep_inside::cuda
