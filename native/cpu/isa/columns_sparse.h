#pragma once

#include "cpu/columns.h"
#include "cpu/isa/multiply.h"
#include "kernels/window.h"

// Gradients behind max pooling and a ReLU are 0 in most channels of most pixels: products that leave these out.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Pixels of dy whose columns are made together: filters stay in the first-level cache meanwhile. */
constexpr int64_t kRun = 4 * kRows;
/** Groups of columns that are summed together. */
constexpr int kGroups = 2;

/** What is not 0 in some neighbouring pixels of dy, channel by channel: that of pixel t from t * step on. */
struct Terms {
  float* values;
  int32_t* channels;
  int64_t step;
  int64_t counts[kRun];
};

inline int64_t termStep(const ColumnsGeometry& g) { return (blocks(g.dy) + 1) * kLanes; }
inline int64_t termFloats(const ColumnsGeometry& g) { return 2 * kRun * termStep(g); }

inline Terms termsAt(const ColumnsGeometry& g, float* memory) {
  return {memory, reinterpret_cast<int32_t*>(memory + kRun * termStep(g)), termStep(g), {}};
}

/** Finds the terms of `count` pixels from `pixels` on, in blocks `plane` floats apart. */
inline void findTerms(const float* pixels, int64_t count, int64_t plane, int64_t blocks, Terms& terms) {
  for (int64_t t = 0; t < count; ++t) {
    float* values = terms.values + t * terms.step;
    int32_t* channels = terms.channels + t * terms.step;
    int64_t found = 0;
    for (int64_t b = 0; b < blocks; ++b)
      found +=
          compress(pixels + b * plane + t * kLanes, static_cast<int32_t>(b * kLanes), values + found, channels + found);
    terms.counts[t] = found;
  }
}

/** columns = the sum of `count` values times the filters of their channels; filters: [groups][stride floats]. */
template <int groups>
void multiplyTerms(const float* values, const int32_t* channels, int64_t count, const float* filters, int64_t stride,
                   float* columns) {
  Lanes sum[groups][kVectors] = {};
  for (int64_t i = 0; i < count; ++i) {
    const float* factors = filters + channels[i] * kVectors * kLanes;
#pragma GCC unroll 4
    for (int group = 0; group < groups; ++group)
#pragma GCC unroll 4
      for (int k = 0; k < kVectors; ++k) sum[group][k] += values[i] * *lanesAt(factors + group * stride + k * kLanes);
  }
#pragma GCC unroll 4
  for (int group = 0; group < groups; ++group)
#pragma GCC unroll 4
    for (int k = 0; k < kVectors; ++k) *lanesAt(columns + (group * kVectors + k) * kLanes) = sum[group][k];
}

/** All columns of the pixels that the terms are of: [pixels][groups][kVectors * kLanes]. filters: as `pack` leaves them. */
inline void multiplyTerms(const Terms& terms, int64_t pixels, int64_t groups, int64_t stride, const float* filters,
                          float* columns) {
  constexpr int64_t width = kVectors * kLanes;
  for (int64_t group = 0; group < groups; group += kGroups)
    for (int64_t t = 0; t < pixels; ++t) {
      const auto product = group + kGroups <= groups ? multiplyTerms<kGroups> : multiplyTerms<1>;
      product(terms.values + t * terms.step, terms.channels + t * terms.step, terms.counts[t], filters + group * stride,
              stride, columns + (t * groups + group) * width);
    }
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
