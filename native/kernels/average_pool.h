#pragma once

#include "kernels/window.h"

// Average pooling and its adjoint. One call handles B channels that lie side by side at one pixel.

namespace deep_inside {

/** What a window's sum is divided by: its pixels inside x, or those inside x and its padding (as Caffe does). */
enum class Divisor { Inside, Padded };

inline namespace DEEP_INSIDE_ISA {

DI_HD float divisorOf(const Planes& in, const Window& window, Divisor divisor, int64_t p, int64_t q) {
  Span rows = inputsOf(p, window.strideRows, window.top, window.r, in.h);
  Span cols = inputsOf(q, window.strideCols, window.left, window.s, in.w);
  if (divisor == Divisor::Padded) {
    rows = inputsOf(p, window.strideRows, 0, window.r, window.top + in.h + window.bottom);
    cols = inputsOf(q, window.strideCols, 0, window.s, window.left + in.w + window.right);
  }
  return static_cast<float>((rows.end - rows.begin) * (cols.end - cols.begin));
}

/** Overwrites y. Calls: planes * p * q * b / B. */
template <int B>
struct AveragePool {
  Planes in;
  Window window;
  Divisor divisor;
  const float* x;  // [n, ceil(c / b), h, w, b]
  float* y;        // [n, ceil(c / b), p, q, b]

  DI_HD void operator()(int64_t i) const {
    const int64_t groups = in.b / B;
    const int64_t q = i / groups % window.q, p = i / groups / window.q % window.p;
    const int64_t plane = i / groups / window.q / window.p;
    const Span rows = inputsOf(p, window.strideRows, window.top, window.r, in.h);
    const Span cols = inputsOf(q, window.strideCols, window.left, window.s, in.w);
    const float* base = x + plane * area(in) * in.b + i % groups * B;
    float sum[B];
    DI_LANES
    for (int lane = 0; lane < B; ++lane) sum[lane] = 0.0f;
    for (int64_t row = rows.begin; row < rows.end; ++row)
      for (int64_t col = cols.begin; col < cols.end; ++col) DI_LANES
    for (int lane = 0; lane < B; ++lane) sum[lane] += base[(row * in.w + col) * in.b + lane];
    const float count = divisorOf(in, window, divisor, p, q);
    DI_LANES
    for (int lane = 0; lane < B; ++lane) y[i * B + lane] = sum[lane] / count;
  }
};

/** dx at a pixel = sum over the windows on it of dy / divisor, in row-major order. Overwrites dx. */
template <int B>
struct AveragePoolBackward {
  Planes in;
  Window window;
  Divisor divisor;
  const float* dy;  // [n, ceil(c / b), p, q, b]
  float* dx;        // [n, ceil(c / b), h, w, b]

  DI_HD void operator()(int64_t i) const {
    const int64_t groups = in.b / B;
    const int64_t pixel = i / groups % area(in), plane = i / groups / area(in);
    const Span ps = outputsOf(pixel / in.w, window.strideRows, window.top, window.r, window.p);
    const Span qs = outputsOf(pixel % in.w, window.strideCols, window.left, window.s, window.q);
    const float* base = dy + plane * window.p * window.q * in.b + i % groups * B;
    float sum[B];
    DI_LANES
    for (int lane = 0; lane < B; ++lane) sum[lane] = 0.0f;
    for (int64_t p = ps.begin; p < ps.end; ++p) {
      for (int64_t q = qs.begin; q < qs.end; ++q) {
        const float count = divisorOf(in, window, divisor, p, q);
        const float* from = base + (p * window.q + q) * in.b;
        DI_LANES
        for (int lane = 0; lane < B; ++lane) sum[lane] += from[lane] / count;
      }
    }
    DI_LANES
    for (int lane = 0; lane < B; ++lane) dx[i * B + lane] = sum[lane];
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
