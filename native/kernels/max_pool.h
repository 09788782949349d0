#pragma once

#include "kernels/window.h"

// Max pooling with recorded switches, and unpooling by them (Simonyan et al. 2013, Sect. 4; Zeiler & Fergus 2013).
// One call handles B channels that lie side by side along one row: B divides the block of both tensors. Where channels
// lie apart, vectors are made of neighbouring windows.

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
    if (!pool(i, [](auto value, auto best) { return value > best; })) return;
    pool(i, [](auto value, auto best) { return (value > best) | ((value != value) & (best == best)); });
  }

  /** One row, where `takes` says whether a value replaces the best before it. Returns whether there may be a NaN. */
  template <class Takes>
  DI_HD bool pool(int64_t i, const Takes& takes) const {
    const LaneRow row = laneRow<B>(i, window.p, in.b);
    const Span rows = inputsOf(row.h, window.strideRows, window.top, window.r, in.h);
    const float* from = x + row.plane * area(in) * in.b + row.lane;
    const int64_t to = (row.plane * window.p + row.h) * window.q * in.b + row.lane;
    Ints<B> nan{};
    Ints<kWidest> nanAcross{};
    for (int64_t q = 0; q < window.q;) {
      const Span cols = inputsOf(q, window.strideCols, window.left, window.s, in.w);
      if (B == 1 && across(q)) {
        const auto sum = choose<kWidest>(from, rows, cols, to + q, takes);
        nanAcross |= sum != sum;
        q += kWidest;
      } else {
        const auto sum = choose<B>(from, rows, cols, to + q * in.b, takes);
        nan |= sum != sum;
        ++q;
      }
    }
    return any<B>(nan) || any<kWidest>(nanAcross);
  }

  /** Whether a vector of windows from q on lies side by side in y and inside x. */
  DI_HD bool across(int64_t q) const {
    const int64_t begin = q * window.strideCols - window.left, last = begin + (kWidest - 1) * window.strideCols;
    return in.b == 1 && q + kWidest <= window.q && begin >= 0 && last + window.s <= in.w;
  }

  /** V outputs at `to`: of B channels, or of neighbouring windows, the first of them on `cols`. Returns their sums. */
  template <int V, class Takes>
  DI_HD Floats<V> choose(const float* from, const Span& rows, const Span& cols, int64_t to, const Takes& takes) const {
    const int64_t width = cols.end - cols.begin;
    if (width == 3) return chooseWide<V, 3>(from, rows, cols, to, takes);
    if (width == 2) return chooseWide<V, 2>(from, rows, cols, to, takes);
    return chooseWide<V, 0>(from, rows, cols, to, takes);
  }

  template <int V, int S, class Takes>
  DI_HD Floats<V> chooseWide(const float* from, const Span& rows, const Span& cols, int64_t to,
                             const Takes& takes) const {
    const int64_t first = rows.begin * in.w + cols.begin, width = S ? S : cols.end - cols.begin;
    Floats<V> best = values<V>(from + first * in.b), sum{};
    Ints<V> start = places<V>() + static_cast<int32_t>(first), where = start;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const float* pixel = from + (row * in.w + cols.begin) * in.b;
      for (int32_t col = 0; col < width; ++col) {
        const auto value = values<V>(pixel + col * in.b);
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

  template <int V>
  DI_HD Floats<V> values(const float* from) const {
    if constexpr (V == B) {
      return load<Floats<V>>(from);
    } else {
      float each[V];
      for (int lane = 0; lane < V; ++lane) each[lane] = from[lane * window.strideCols];
      return load<Floats<V>>(each);
    }
  }

  /** Where the lanes' pixels lie from the first one's. */
  template <int V>
  DI_HD Ints<V> places() const {
    int32_t each[V] = {};
    for (int lane = 0; V != B && lane < V; ++lane) each[lane] = static_cast<int32_t>(lane * window.strideCols);
    return load<Ints<V>>(each);
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
    Clearing<B> clearing{in, to, mine.begin};
    eachWindow(in, window, mine, [&](int64_t output, const Span& rows, const Span& cols) {
      clearing.upTo(rows.end);
      const auto value = load<Floats<B>>(signal + output * in.b);
      const auto where = load<Ints<B>>(chosen + output * in.b);
      if constexpr (B == 1) {
        if (where >= mine.begin * in.w && where < mine.end * in.w) to[where * in.b] += value;
      } else {
        add(value, where, rows, cols, to);
      }
    });
    clearing.upTo(mine.end);
  }

  /** Adds each lane of `value` to the pixel that it belongs to, if that is in these rows and columns. */
  DI_HD void add(Floats<B> value, Ints<B> where, const Span& rows, const Span& cols, float* to) const {
    const int64_t width = cols.end - cols.begin;
    if (width == 3) return addWide<3>(value, where, rows, cols, to);
    if (width == 2) return addWide<2>(value, where, rows, cols, to);
    addWide<0>(value, where, rows, cols, to);
  }

  template <int S>
  DI_HD void addWide(Floats<B> value, Ints<B> where, const Span& rows, const Span& cols, float* to) const {
    const int64_t width = S ? S : cols.end - cols.begin;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const int64_t first = row * in.w + cols.begin;
      const Ints<B> ahead = where - static_cast<int32_t>(first);
      for (int32_t col = 0; col < width; ++col) {
        float* pixel = to + (first + col) * in.b;
        store(pixel, load<Floats<B>>(pixel) + (ahead == col ? value : Floats<B>{}));
      }
    }
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
