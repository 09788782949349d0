#pragma once

#include <cstdint>

#include "kernels/platform.h"

// What a convolution by a library lacks: uneven padding, and the bias after it. Dense planes; each body computes
// element i of its output.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Planes of h x w inside larger ones, `top` rows and `left` columns after their beginning. */
struct Framing {
  int64_t h, w, top, left, framedH, framedW;
};

/** y is x with zeros around it. */
struct Surround {
  Framing at;
  const float* x;  // [planes, h, w]
  float* y;        // [planes, framedH, framedW]

  DI_HD void operator()(int64_t i) const {
    const int64_t row = i / at.framedW % at.framedH - at.top, col = i % at.framedW - at.left;
    const int64_t plane = i / (at.framedW * at.framedH);
    const bool inside = row >= 0 && row < at.h && col >= 0 && col < at.w;
    y[i] = inside ? x[(plane * at.h + row) * at.w + col] : 0.0f;
  }
};

/** The transpose of Surround: y is what lies inside the frame of x. */
struct Crop {
  Framing at;
  const float* x;  // [planes, framedH, framedW]
  float* y;        // [planes, h, w]

  DI_HD void operator()(int64_t i) const {
    const int64_t row = i / at.w % at.h + at.top, col = i % at.w + at.left;
    y[i] = x[(i / (at.w * at.h) * at.framedH + row) * at.framedW + col];
  }
};

/** y += b by channel, which have `area` elements each; then a ReLU where wanted. NaN stays NaN. */
template <bool relu>
struct AddBias {
  int64_t channels, area;
  const float* b;  // [channels]
  float* y;        // [n, channels, area]

  DI_HD void operator()(int64_t i) const {
    const float sum = y[i] + b[i / area % channels];
    y[i] = relu && sum <= 0.0f ? 0.0f : sum;
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
