#pragma once

#include <cstdint>

#include "kernels/platform.h"

// The sum of the products of two images, as they lie: channel padding adds 0. Lane l sums elements l, l + kDotLanes, ...;
// sum s lanes s, s + kDotSums, ...; and the total all sums, each in this order. A product of two floats is exact in
// double precision, so that it does not matter whether it is rounded before it is added: the same bits everywhere.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Threads for one image on a GPU: of 3 x 227 x 227 elements each then sums 151. */
constexpr int64_t kDotLanes = 1024;
constexpr int64_t kDotSums = 32;

/** Calls: lanes of the images from `first` on. Neighbours read neighbouring elements. */
struct DotLanes {
  int64_t first, stored;
  const float* a;  // [n, stored]
  const float* b;  // [n, stored]
  double* lanes;   // [images, kDotLanes]

  DI_HD void operator()(int64_t i) const {
    const int64_t begin = (first + i / kDotLanes) * stored;
    double sum = 0.0;
    for (int64_t j = i % kDotLanes; j < stored; j += kDotLanes) sum += static_cast<double>(a[begin + j]) * b[begin + j];
    lanes[i] = sum;
  }
};

/** Calls: sums of the images. */
struct DotSums {
  const double* lanes;  // [images, kDotLanes]
  double* sums;         // [images, kDotSums]

  DI_HD void operator()(int64_t i) const {
    const double* own = lanes + i / kDotSums * kDotLanes;
    double sum = 0.0;
    for (int64_t lane = i % kDotSums; lane < kDotLanes; lane += kDotSums) sum += own[lane];
    sums[i] = sum;
  }
};

/** Calls: images. */
struct DotTotals {
  int64_t first;
  const double* sums;  // [images, kDotSums]
  float* y;            // [n]

  DI_HD void operator()(int64_t i) const {
    double total = 0.0;
    for (int64_t j = 0; j < kDotSums; ++j) total += sums[i * kDotSums + j];
    y[first + i] = static_cast<float>(total);
  }
};

/** All of it for one image in one call, in the same order, the lanes side by side. Calls: images. */
struct Dot {
  int64_t stored;
  const float* a;  // [n, stored]
  const float* b;  // [n, stored]
  float* y;        // [n]

  DI_HD void operator()(int64_t n) const {
    double lanes[kDotLanes] = {}, sums[kDotSums];
    for (int64_t i = 0; i < stored; i += kDotLanes) {
      const int64_t count = stored - i < kDotLanes ? stored - i : kDotLanes;
      const float *left = a + n * stored + i, *right = b + n * stored + i;
      DI_LANES
      for (int64_t lane = 0; lane < count; ++lane) lanes[lane] += static_cast<double>(left[lane]) * right[lane];
    }
    for (int64_t i = 0; i < kDotSums; ++i) DotSums{lanes, sums}(i);
    DotTotals{0, sums, y + n}(0);
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
