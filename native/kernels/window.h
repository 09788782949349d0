#pragma once

#include "kernels/planes.h"

namespace deep_inside {

/** A pooling window's geometry over x [.., h, w] with output [p, q]; windows are clipped to x. */
struct Window {
  int64_t r, s;  // rows and columns of the window
  int64_t strideRows, strideCols;
  int64_t top, left;      // padding before
  int64_t bottom, right;  // padding after, for divisors that count it
  int64_t p, q;           // rows and columns of the output
};

struct Span {
  int64_t begin, end;
};

inline namespace DEEP_INSIDE_ISA {

DI_HD int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
DI_HD int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/** The inputs 0 <= i < size under the window of output `o`. */
DI_HD Span inputsOf(int64_t o, int64_t stride, int64_t before, int64_t kernel, int64_t size) {
  const int64_t start = o * stride - before;
  return {larger(start, 0), smaller(start + kernel, size)};
}

/** The outputs 0 <= o < count whose window covers input `i`. */
DI_HD Span outputsOf(int64_t i, int64_t stride, int64_t before, int64_t kernel, int64_t count) {
  const int64_t reach = i + before - kernel + 1;
  return {reach > 0 ? (reach + stride - 1) / stride : 0, smaller((i + before) / stride + 1, count)};
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
