#pragma once

#include "kernels/bfloat16.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

DI_HD void assign(float x, float& y) { y = x; }
DI_HD void assign(float x, BFloat16& y) { y = narrowed(x); }

/** Filters with their channels side by side, in the number type of y. Calls: elements of y, in their order. */
template <class W>
struct PackFilters {
  int64_t channels, area;  // of a filter: C / groups, R * S
  const float* w;          // [K, channels, area]
  W* y;                    // [K, area, channels]

  DI_HD void operator()(int64_t i) const {
    const int64_t channel = i % channels, pixel = i / channels % area, filter = i / channels / area;
    assign(w[(filter * channels + channel) * area + pixel], y[i]);
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
