#pragma once

#include <cstdint>

#include "kernels/platform.h"

// bfloat16: the upper half of a float32, one bit of sign, eight of exponent, seven behind the point.

namespace deep_inside {

struct BFloat16 {
  uint16_t bits;
};

inline namespace DEEP_INSIDE_ISA {

DI_HD float widened(float x) { return x; }

DI_HD float widened(BFloat16 x) {
  const uint32_t bits = static_cast<uint32_t>(x.bits) << 16;
  float wide;
  __builtin_memcpy(&wide, &bits, sizeof wide);
  return wide;
}

/** The nearest; of two equally near the even one. NaN stays NaN. */
DI_HD BFloat16 narrowed(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  if (x != x) return {static_cast<uint16_t>(bits >> 16 | 0x40)};  // quiet: the lower half may have held all its bits
  return {static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16)};
}

/** A copy whose rows are `step` >= `columns` apart, 0 beyond them. Calls: rows * step. */
struct NarrowRows {
  int64_t columns, step;
  const float* from;  // [rows, columns]
  BFloat16* to;       // [rows, step]

  DI_HD void operator()(int64_t i) const {
    const int64_t row = i / step, column = i % step;
    to[i] = narrowed(column < columns ? from[row * columns + column] : 0.0f);
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
