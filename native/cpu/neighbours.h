#pragma once

#include "kernels/pictures.h"
#include "kernels/planes.h"

namespace deep_inside {

/** What makes a pixel of a picture of others of its channel. y is not x. As `Kernels`. */
struct NeighbourKernels {
  /** offsets [n, 2]. */
  void (*shift)(const Planes& at, const int32_t* offsets, const float* x, float* y);
  /** taps [2 * radius + 1]. */
  void (*blur)(BlurAxis axis, const Planes& at, const float* taps, int64_t radius, const float* x, float* y);
  void (*totalVariation)(const Planes& at, float epsilon, const float* x, float* y);
};

/** For this processor, as `kernels()`. */
const NeighbourKernels& neighbourKernels();

}  // namespace deep_inside
