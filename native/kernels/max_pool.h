#pragma once

#include "kernels/window.h"

// Max pooling with recorded switches, and unpooling by them (Simonyan et al. 2013, Sect. 4; Zeiler & Fergus 2013).
// One call handles B channels that lie side by side at one pixel: B divides the block of both tensors.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/**
 * y = maximum of the window, at = row * w + col of it in x's plane. Ties go to the first in row-major order; the
 * first NaN wins, so that it is not hidden. Overwrites y and at. Calls: planes * p * q * b / B.
 */
template <int B>
struct MaxPool {
  Planes in;
  Window window;
  const float* x;  // [n, ceil(c / b), h, w, b]
  float* y;        // [n, ceil(c / b), p, q, b]
  int32_t* at;     // as y

  DI_HD void operator()(int64_t i) const {
    const int64_t groups = in.b / B;
    const int64_t q = i / groups % window.q, p = i / groups / window.q % window.p;
    const int64_t plane = i / groups / window.q / window.p;
    const Span rows = inputsOf(p, window.strideRows, window.top, window.r, in.h);
    const Span cols = inputsOf(q, window.strideCols, window.left, window.s, in.w);
    const float* base = x + plane * area(in) * in.b + i % groups * B;
    float best[B];
    int32_t where[B];
    const int64_t first = rows.begin * in.w + cols.begin;
    DI_LANES
    for (int lane = 0; lane < B; ++lane) {
      best[lane] = base[first * in.b + lane];
      where[lane] = static_cast<int32_t>(first);
    }
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      for (int64_t col = cols.begin; col < cols.end; ++col) {
        const int32_t here = static_cast<int32_t>(row * in.w + col);
        const float* pixel = base + here * in.b;
        DI_LANES
        for (int lane = 0; lane < B; ++lane) {
          const float value = pixel[lane];
          const bool take = (value > best[lane]) | ((value != value) & (best[lane] == best[lane]));
          best[lane] = take ? value : best[lane];
          where[lane] = take ? here : where[lane];
        }
      }
    }
    DI_LANES
    for (int lane = 0; lane < B; ++lane) {
      y[i * B + lane] = best[lane];
      at[i * B + lane] = where[lane];
    }
  }
};

/**
 * dx at a pixel = sum of dy of the windows whose switch points at it, in row-major order of the windows: a gather, so
 * deterministic without atomics. Each image has `perImage` images of dy and dx. Overwrites dx. Calls: planes of dx *
 * h * w * b / B.
 */
template <int B>
struct Unpool {
  Planes in;  // dx
  Window window;
  int64_t perImage;
  const float* dy;    // [n, ceil(c / b), p, q, b]
  const int32_t* at;  // [n / perImage, ceil(c / b), p, q, b]
  float* dx;          // [n, ceil(c / b), h, w, b]

  DI_HD void operator()(int64_t i) const {
    const int64_t groups = in.b / B;
    const int64_t pixel = i / groups % area(in), plane = i / groups / area(in);
    const Span ps = outputsOf(pixel / in.w, window.strideRows, window.top, window.r, window.p);
    const Span qs = outputsOf(pixel % in.w, window.strideCols, window.left, window.s, window.q);
    const int64_t base = plane * window.p * window.q * in.b + i % groups * B;
    const int64_t chosen = ofImage(plane, blocks(in), perImage) * window.p * window.q * in.b + i % groups * B;
    const int32_t here = static_cast<int32_t>(pixel);
    float sum[B];
    DI_LANES
    for (int lane = 0; lane < B; ++lane) sum[lane] = 0.0f;
    for (int64_t p = ps.begin; p < ps.end; ++p) {
      for (int64_t q = qs.begin; q < qs.end; ++q) {
        const int64_t from = (p * window.q + q) * in.b;
        DI_LANES
        for (int lane = 0; lane < B; ++lane)
          sum[lane] += at[chosen + from + lane] == here ? dy[base + from + lane] : 0.0f;
      }
    }
    DI_LANES
    for (int lane = 0; lane < B; ++lane) dx[i * B + lane] = sum[lane];
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
