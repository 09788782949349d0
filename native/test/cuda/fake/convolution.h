#pragma once

#include <cstdint>

// Convolutions as plain loops over dense float32 arrays, each sum in a fixed order. x: [n, c, h, w]; w: [k, c / groups,
// r, s]; y: [n, k, p, q]. What is written is overwritten.

namespace deep_inside::test::fake {

struct ConvolutionSizes {
  int64_t n, c, h, w, k, r, s, p, q, groups;
  int64_t padH, padW, strideH, strideW, dilationH, dilationW;

  int64_t xs() const { return n * c * h * w; }
  int64_t ws() const { return k * (c / groups) * r * s; }
  int64_t ys() const { return n * k * p * q; }
};

void convolve(const ConvolutionSizes& at, const float* x, const float* w, float* y);
void convolveBackwardData(const ConvolutionSizes& at, const float* w, const float* dy, float* dx);
void convolveBackwardFilter(const ConvolutionSizes& at, const float* x, const float* dy, float* dw);

}  // namespace deep_inside::test::fake
