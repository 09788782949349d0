#pragma once

#include "kernels/average_pool.h"
#include "kernels/max_pool.h"

// Pooling with one call per stored element of the output: for GPUs, where neighbouring calls should touch neighbouring
// memory. Each has the fields of its body over rows, and sums in the same order: the same bits.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** The pixels under the window of an output, and the plane and lane that they lie in. */
struct Covered {
  Span rows, cols;
  const float* from;
};

DI_HD Covered coveredBy(const Element& output, const Planes& in, const Window& window, const float* x) {
  return {inputsOf(output.row, window.strideRows, window.top, window.r, in.h),
          inputsOf(output.col, window.strideCols, window.left, window.s, in.w),
          x + output.plane * area(in) * in.b + output.lane};
}

/** MaxPool. Calls: stored elements of y. */
struct MaxPoolElements : MaxPool<1> {
  DI_HD void operator()(int64_t i) const {
    const Covered at = coveredBy(elementAt(i, window.p, window.q, in.b), in, window, x);
    choose<1>(at.from, at.rows, at.cols, i,
              [](float value, float best) { return (value > best) | ((value != value) & (best == best)); });
  }
};

/** Calls `visit(output)` for the windows on a pixel, in row-major order. */
template <class Visit>
DI_HD void eachWindowOn(const Window& window, const Element& pixel, const Visit& visit) {
  const Span rows = outputsOf(pixel.row, window.strideRows, window.top, window.r, window.p);
  const Span cols = outputsOf(pixel.col, window.strideCols, window.left, window.s, window.q);
  for (int64_t p = rows.begin; p < rows.end; ++p)
    for (int64_t q = cols.begin; q < cols.end; ++q) visit(p * window.q + q);
}

/** Unpool. Calls: stored elements of dx. */
struct UnpoolElements : Unpool<1> {
  DI_HD void operator()(int64_t i) const {
    const Element pixel = elementAt(i, in.h, in.w, in.b);
    const int64_t outputs = window.p * window.q * in.b;
    const float* signal = dy + pixel.plane * outputs + pixel.lane;
    const int32_t* chosen = at + ofImage(pixel.plane, blocks(in), perImage) * outputs + pixel.lane;
    const int64_t here = pixel.row * in.w + pixel.col;
    float sum = 0.0f;
    eachWindowOn(window, pixel, [&](int64_t output) {
      if (chosen[output * in.b] == here) sum += signal[output * in.b];
    });
    dx[i] = sum;
  }
};

/** AveragePool. Calls: stored elements of y. */
struct AveragePoolElements : AveragePool<1> {
  DI_HD void operator()(int64_t i) const {
    const Element output = elementAt(i, window.p, window.q, in.b);
    const auto [rows, cols, from] = coveredBy(output, in, window, x);
    float sum = 0.0f;
    for (int64_t h = rows.begin; h < rows.end; ++h)
      for (int64_t w = cols.begin; w < cols.end; ++w) sum += from[(h * in.w + w) * in.b];
    y[i] = sum / divisorOf(in, window, divisor, output.row, output.col);
  }
};

/** AveragePoolBackward. Calls: stored elements of dx. */
struct AveragePoolBackwardElements : AveragePoolBackward<1> {
  DI_HD void operator()(int64_t i) const {
    const Element pixel = elementAt(i, in.h, in.w, in.b);
    const float* from = dy + pixel.plane * window.p * window.q * in.b + pixel.lane;
    float sum = 0.0f;
    eachWindowOn(window, pixel, [&](int64_t output) {
      sum += from[output * in.b] / divisorOf(in, window, divisor, output / window.q, output % window.q);
    });
    dx[i] = sum;
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
