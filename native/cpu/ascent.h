#pragma once

#include "kernels/planes.h"

namespace deep_inside {

/** What gradient ascent on images does with them, element by element, and their products. As `Kernels`. */
struct AscentKernels {
  /** coefficients [n, 2]. */
  void (*blend)(const Planes& at, const float* coefficients, const float* x, float* y);
  /** squares [n]. */
  void (*addNormalised)(const Planes& at, float weight, const float* squares, const float* x, float* y);
  /** coefficients [n, 6]. */
  void (*adam)(const Planes& at, const float* coefficients, const float* g, float* m, float* v, float* y);
  /** Of n images of `count` elements as they lie; y [n]. Each is summed by one thread. */
  void (*dot)(int64_t n, int64_t count, const float* a, const float* b, float* y);
  /** low, high [c]. */
  void (*clamp)(const Planes& at, const float* low, const float* high, float* y);
  /** matrix [c, c], of up to kMostMixed channels. */
  void (*mixChannels)(const Planes& at, const float* matrix, const float* x, float* y);
};

/** For this processor, as `kernels()`. */
const AscentKernels& ascentKernels();

}  // namespace deep_inside
