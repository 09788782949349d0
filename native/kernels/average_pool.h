#pragma once

#include "kernels/window.h"

// Average pooling and its adjoint. One call handles B channels that lie side by side along rows.

namespace deep_inside {

/** What a window's sum is divided by: its pixels inside x, or those inside x and its padding (as Caffe does). */
enum class Divisor { Inside, Padded };

inline namespace DEEP_INSIDE_ISA {

/** Rows or columns that count in the divisor of output `o`; `covered` of them lie inside x. */
DI_HD int64_t counted(Divisor divisor, const Span& covered, int64_t o, int64_t stride, int64_t kernel,
                      int64_t paddedSize) {
  if (divisor == Divisor::Inside) return covered.end - covered.begin;
  return smaller(o * stride + kernel, paddedSize) - o * stride;
}

DI_HD float divisorOf(const Planes& in, const Window& window, Divisor divisor, int64_t p, int64_t q) {
  const Span rows = inputsOf(p, window.strideRows, window.top, window.r, in.h);
  const Span cols = inputsOf(q, window.strideCols, window.left, window.s, in.w);
  return static_cast<float>(counted(divisor, rows, p, window.strideRows, window.r, window.top + in.h + window.bottom) *
                            counted(divisor, cols, q, window.strideCols, window.s, window.left + in.w + window.right));
}

/** Overwrites y. Calls: planes * b / B * p. */
template <int B>
struct AveragePool {
  Planes in;
  Window window;
  Divisor divisor;
  const float* x;  // [n, ceil(c / b), h, w, b]
  float* y;        // [n, ceil(c / b), p, q, b]

  DI_HD void operator()(int64_t i) const {
    const LaneRow row = laneRow<B>(i, window.p, in.b);
    const Span rows = inputsOf(row.h, window.strideRows, window.top, window.r, in.h);
    const float* from = x + row.plane * area(in) * in.b + row.lane;
    float* to = y + (row.plane * window.p + row.h) * window.q * in.b + row.lane;
    for (int64_t q = 0; q < window.q; ++q) {
      const Span cols = inputsOf(q, window.strideCols, window.left, window.s, in.w);
      Floats<B> sum{};
      for (int64_t h = rows.begin; h < rows.end; ++h)
        for (int64_t w = cols.begin; w < cols.end; ++w) sum += load<Floats<B>>(from + (h * in.w + w) * in.b);
      store(to + q * in.b, sum / divisorOf(in, window, divisor, row.h, q));
    }
  }
};

/**
 * dx at a pixel = sum over the windows on it of dy / divisor, in row-major order. Overwrites dx. Calls: planes of dx *
 * b / B * bands.
 */
template <int B>
struct AveragePoolBackward {
  Planes in;
  Window window;
  Divisor divisor;
  const float* dy;  // [n, ceil(c / b), p, q, b]
  float* dx;        // [n, ceil(c / b), h, w, b]

  DI_HD void operator()(int64_t i) const {
    const LaneRow call = laneRow<B>(i, bands(in), in.b);
    const Span mine{call.h * kBand, smaller((call.h + 1) * kBand, in.h)};
    const float* from = dy + call.plane * window.p * window.q * in.b + call.lane;
    float* to = dx + call.plane * area(in) * in.b + call.lane;
    Clearing<B> clearing{in, to, mine.begin};
    eachWindow(in, window, mine, [&](int64_t output, const Span& rows, const Span& cols) {
      clearing.upTo(rows.end);
      const float count = divisorOf(in, window, divisor, output / window.q, output % window.q);
      const Floats<B> share = load<Floats<B>>(from + output * in.b) / count;
      for (int64_t h = rows.begin; h < rows.end; ++h) {
        for (int64_t w = cols.begin; w < cols.end; ++w) {
          float* pixel = to + (h * in.w + w) * in.b;
          store(pixel, load<Floats<B>>(pixel) + share);
        }
      }
    });
    clearing.upTo(mine.end);
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
