#pragma once

#include <cstddef>

#include "cpu/correlation.h"

namespace deep_inside {

/**
 * A 1 x 1 convolution of stride 1, in either direction: a product of pixels and filters. Blocks of channels that are
 * zero in a run of pixels are skipped: backward from one class of a network whose last layer is this, nearly all.
 */
struct PointwiseGeometry {
  Planes x, y;         // blocks of the kernels' lanes
  int64_t rows, cols;  // pixel (p, q) of y is made of pixel (p + rows, q + cols) of x, or of zeros outside x:
                       // at most 0, and all of x lies in y; or at least 0, and all of y in x
  int threads;         // at most
};

struct PointwiseKernels {
  /** Channels side by side in x and y. */
  int64_t lanes;
  size_t (*filterFloats)(const PointwiseGeometry& g);
  /** w: [K, C] forward, [C, K] `transposed` backward; `bias` null means 0. */
  void (*pack)(const PointwiseGeometry& g, bool transposed, const float* w, const float* bias, float* filters);
  void (*run)(const PointwiseGeometry& g, const CorrelationOperands& o);
};

/** For this processor, as `kernels()`. */
const PointwiseKernels& pointwiseKernels();

}  // namespace deep_inside
