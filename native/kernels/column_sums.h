#pragma once

#include <cstdint>

#include "kernels/platform.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** y[c] = sum over n of x[n, c], one call a column; the gradient of a linear layer's bias. */
struct ColumnSums {
  int64_t rows, columns;
  const float* x;  // [rows, columns]
  float* y;        // [columns], overwritten

  DI_HD void operator()(int64_t c) const {
    float sum = 0.0f;
    for (int64_t n = 0; n < rows; ++n) sum += x[n * columns + c];
    y[c] = sum;
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
