#pragma once

#include "kernels/planes.h"

namespace deep_inside {

/** Filters [K, C, r, s] as a correlation reads them, or flipped and transposed for the backward pass (Sect. 4). */
enum class FilterUse { Forward, BackwardData };

/** What our own kernels of convolutions read and write, in either direction. */
struct CorrelationOperands {
  Images<const float> x;
  const float* filters;      // as the kernels' `pack` leaves them
  Images<const float> mask;  // laid out as y, or null: y is 0 where it is not above 0
  int64_t gradients;         // image i of y belongs to image i / gradients of the mask
  bool relu;
  Images<float> y;
};

inline namespace DEEP_INSIDE_ISA {

/** The mask of image n of y, or null. */
inline const float* maskAt(const CorrelationOperands& o, int64_t n) {
  return o.mask.data ? imageAt(o.mask, n / o.gradients) : nullptr;
}

}  // namespace DEEP_INSIDE_ISA

}  // namespace deep_inside
