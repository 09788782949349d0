#pragma once

#include "kernels/window.h"

// Max pooling with recorded switches, and unpooling by them (Simonyan et al. 2013, Sect. 4; Zeiler & Fergus 2013).
// One call handles B channels that lie side by side along one row: B divides the block of both tensors.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/**
 * y = maximum of the window, at = row * w + col of it in x's plane. Ties go to the first in row-major order; the
 * first NaN wins, so that it is not hidden. Overwrites y and at. Calls: planes * b / B * p.
 */
template <int B>
struct MaxPool {
  Planes in;
  Window window;
  const float* x;  // [n, ceil(c / b), h, w, b]
  float* y;        // [n, ceil(c / b), p, q, b]
  int32_t* at;     // as y

  DI_HD void operator()(int64_t i) const {
    const Ints<B> nan = pool(i, [](Floats<B> value, Floats<B> best) { return value > best; });
    if (!any<B>(nan)) return;
    pool(i, [](Floats<B> value, Floats<B> best) { return (value > best) | ((value != value) & (best == best)); });
  }

  /** One row, where `takes` says whether a value replaces the best before it. Not 0 where there may be a NaN. */
  template <class Takes>
  DI_HD Ints<B> pool(int64_t i, const Takes& takes) const {
    const LaneRow row = laneRow<B>(i, window.p, in.b);
    const Span rows = inputsOf(row.h, window.strideRows, window.top, window.r, in.h);
    const float* from = x + row.plane * area(in) * in.b + row.lane;
    const int64_t to = (row.plane * window.p + row.h) * window.q * in.b + row.lane;
    Ints<B> nan{};
    for (int64_t q = 0; q < window.q; ++q) {
      const Span cols = inputsOf(q, window.strideCols, window.left, window.s, in.w);
      const int64_t width = cols.end - cols.begin;
      const Floats<B> sum = width == 3   ? choose<3>(from, rows, cols, to + q * in.b, takes)
                            : width == 2 ? choose<2>(from, rows, cols, to + q * in.b, takes)
                                         : choose<0>(from, rows, cols, to + q * in.b, takes);
      nan |= sum != sum;
    }
    return nan;
  }

  template <int S, class Takes>
  DI_HD Floats<B> choose(const float* from, const Span& rows, const Span& cols, int64_t to, const Takes& takes) const {
    const int64_t first = rows.begin * in.w + cols.begin, width = S ? S : cols.end - cols.begin;
    Floats<B> best = load<Floats<B>>(from + first * in.b), sum{};
    Ints<B> where = Ints<B>{} + static_cast<int32_t>(first), start = where;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const float* pixel = from + (row * in.w + cols.begin) * in.b;
      for (int32_t col = 0; col < width; ++col) {
        const Floats<B> value = load<Floats<B>>(pixel + col * in.b);
        const auto take = takes(value, best);
        best = take ? value : best;
        where = take ? start + col : where;
        sum += value;
      }
      start += static_cast<int32_t>(in.w);
    }
    store(y + to, best);
    store(at + to, where);
    return sum;
  }
};

/**
 * dx at a pixel = sum of dy of the windows whose switch points at it, in row-major order of the windows: each call
 * looks through the windows on its own rows, so deterministic without atomics. Each image has `perImage` images of dy
 * and dx. Overwrites dx. Calls: planes of dx * b / B * bands.
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
    const LaneRow call = laneRow<B>(i, bands(in), in.b);
    const Span mine{call.h * kBand, smaller((call.h + 1) * kBand, in.h)};
    const int64_t outputs = window.p * window.q * in.b;
    const float* signal = dy + call.plane * outputs + call.lane;
    const int32_t* chosen = at + ofImage(call.plane, blocks(in), perImage) * outputs + call.lane;
    float* to = dx + call.plane * area(in) * in.b + call.lane;
    clear<B>(in, mine, to);
    eachWindow(in, window, mine, [&](int64_t output, const Span& rows, const Span& cols) {
      const auto value = load<Floats<B>>(signal + output * in.b);
      const auto where = load<Ints<B>>(chosen + output * in.b);
      const int64_t width = cols.end - cols.begin;
      if (width == 3)
        add<3>(value, where, rows, cols, to);
      else if (width == 2)
        add<2>(value, where, rows, cols, to);
      else
        add<0>(value, where, rows, cols, to);
    });
  }

  /** Adds `value` to the pixel that it belongs to, if that is in these rows and columns. */
  template <int S>
  DI_HD void add(Floats<B> value, Ints<B> where, const Span& rows, const Span& cols, float* to) const {
    const int64_t width = S ? S : cols.end - cols.begin, first = rows.begin * in.w + cols.begin;
    float* pixels = to + first * in.b;
    where -= static_cast<int32_t>(first);
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      for (int32_t col = 0; col < width; ++col) {
        float* pixel = pixels + col * in.b;
        store(pixel, load<Floats<B>>(pixel) + (where == col ? value : Floats<B>{}));
      }
      pixels += in.w * in.b;
      where -= static_cast<int32_t>(in.w);
    }
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
