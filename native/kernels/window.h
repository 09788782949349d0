#pragma once

#include "kernels/lanes.h"
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

/** What lies in both; empty where end <= begin. */
DI_HD Span both(const Span& a, const Span& b) { return {larger(a.begin, b.begin), smaller(a.end, b.end)}; }

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

/** Rows of x that one call of a backward body handles; windows that reach over their ends are visited twice. */
constexpr int64_t kBand = 16;
DI_HD int64_t bands(const Planes& x) { return (x.h + kBand - 1) / kBand; }

/**
 * B channels of some rows of a plane become zero, from the first on, each just before the first window on it adds to
 * it: then it is in the nearest cache.
 */
template <int B>
struct Clearing {
  const Planes& x;
  float* plane;
  int64_t row;

  DI_HD void upTo(int64_t end) {
    for (; row < end; ++row)
      for (int64_t col = 0; col < x.w; ++col) store(plane + (row * x.w + col) * x.b, Floats<B>{});
  }
};

/** Calls `visit(output, rows, cols)` for the windows on rows `mine` of a plane, in row-major order, clipped to them. */
template <class Visit>
DI_HD void eachWindow(const Planes& x, const Window& window, const Span& mine, const Visit& visit) {
  const int64_t first = outputsOf(mine.begin, window.strideRows, window.top, window.r, window.p).begin;
  const int64_t end = outputsOf(mine.end - 1, window.strideRows, window.top, window.r, window.p).end;
  for (int64_t p = first; p < end; ++p) {
    const Span rows = both(inputsOf(p, window.strideRows, window.top, window.r, x.h), mine);
    for (int64_t q = 0; q < window.q; ++q)
      visit(p * window.q + q, rows, inputsOf(q, window.strideCols, window.left, window.s, x.w));
  }
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
