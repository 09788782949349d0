#pragma once

#include <cstddef>

#include "kernels/lanes.h"
#include "kernels/pictures.h"
#include "kernels/planes.h"
#include "kernels/window.h"

// Sums of neighbouring pixels: y = sum over k of taps[k] * x[place + k - radius] along the rows or the columns of each
// plane, beyond the edge its nearest pixel. Summed in ascending order of k.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

struct Taps {
  const float* of;  // [2 * radius + 1]
  int64_t radius;
  DI_HD int64_t count() const { return 2 * radius + 1; }
};

DI_HD int64_t nearest(int64_t place, int64_t length) { return smaller(larger(place, 0), length - 1); }

/** Zeros in what is padding among the `lanes` channels of a row, whatever the taps. */
DI_HD void clearPadding(const Planes& at, const LaneRow& row, int64_t lanes, float* y) {
  const int64_t used = larger(at.c - row.plane % blocks(at) * at.b - row.lane, 0);
  float* to = y + (row.plane * at.h + row.h) * at.w * at.b + row.lane;
  for (int64_t w = 0; used < lanes && w < at.w; ++w)
    for (int64_t lane = used; lane < lanes; ++lane) to[w * at.b + lane] = 0.0f;
}

/** Sums that stay in registers: vectors of B, several so that they need not wait for each other. */
template <int Vectors, int B>
struct BlurSums {
  Floats<B> of[Vectors] = {};

  DI_HD void add(float tap, const float* from) {
    for (int v = 0; v < Vectors; ++v) of[v] += tap * load<Floats<B>>(from + v * B);
  }
  DI_HD void keep(float* to) const {
    for (int v = 0; v < Vectors; ++v) store(to + v * B, of[v]);
  }
  DI_HD void take(const float* from) {
    for (int v = 0; v < Vectors; ++v) of[v] = load<Floats<B>>(from + v * B);
  }
};

/** Vectors that are summed together: on most processors two additions begin in a cycle, and one takes four. */
constexpr int kBlurVectors = 8;

/** Calls `visit(sums, i)` for elements i, i + 1, ... of `count`, as many as the sums hold; for some twice. */
template <int B, class Visit>
DI_HD void eachSums(int64_t count, const Visit& visit) {
  if constexpr (B == 1) {
    for (int64_t i = 0; i < count; ++i) visit(BlurSums<1, 1>(), i);
  } else {
    constexpr int wide = kBlurVectors * B;
    if (count < B) return eachSums<1>(count, visit);
    if (count < wide) {
      for (int64_t i = 0; i < count; i += B) visit(BlurSums<1, B>(), smaller(i, count - B));
    } else {
      for (int64_t i = 0; i < count; i += wide) visit(BlurSums<kBlurVectors, B>(), smaller(i, count - wide));
    }
  }
}

/** From row to row: a row of y in vectors of B elements, channels that lie side by side among them. Calls: rows. */
template <int B>
struct BlurFromRowToRow {
  Planes at;
  Taps taps;
  const float* x;  // as it lies, channel padding 0; not y
  float* y;

  DI_HD void operator()(int64_t i) const {
    const int64_t length = at.w * at.b, row = i % at.h;
    const float* plane = x + (i - row) * length;
    float* to = y + i * length;
    eachSums<B>(length, [&](auto sums, int64_t j) {
      for (int64_t k = 0; k < taps.count(); ++k)
        sums.add(taps.of[k], plane + nearest(row + k - taps.radius, at.h) * length + j);
      sums.keep(to + j);
    });
    clearPadding(at, {i / at.h, 0, row}, at.b, y);
  }
};

/** Pixels of a row that are summed together, and taps at a time. */
constexpr int64_t kBlurRun = 128;
constexpr int64_t kBlurTaps = 64;

/**
 * From column to column. A call takes L channels that lie side by side (1: dense) of a row, and vectors of B elements of
 * a copy of its pixels that goes on beyond the edges. Calls: lane rows of y.
 */
template <int L, int B>
struct BlurAlongRow {
  Planes at;
  Taps taps;
  const float* x;  // as it lies, channel padding 0; not y
  float* y;

  DI_HD void operator()(int64_t i) const {
    const LaneRow row = laneRow<L>(i, at.h, at.b);
    const int64_t begin = (row.plane * at.h + row.h) * at.w * at.b + row.lane;
    for (int64_t first = 0; first < at.w; first += kBlurRun)
      run(x + begin, first, smaller(kBlurRun, at.w - first), y + begin);
    clearPadding(at, row, L, y);
  }

  /** Pixels first .. first + count - 1 of a row. */
  DI_HD void run(const float* from, int64_t first, int64_t count, float* to) const {
    float pixels[(kBlurRun + kBlurTaps) * L], sums[2][kBlurRun * L] = {};
    const float* old = sums[0];
    float* sum = sums[1];
    for (int64_t tap = 0; tap < taps.count(); tap += kBlurTaps) {
      const int64_t some = smaller(kBlurTaps, taps.count() - tap);
      copyOn(from, first + tap - taps.radius, count + some - 1, pixels);
      eachSums<B>(count * L, [&](auto parts, int64_t j) {
        parts.take(old + j);
        for (int64_t k = 0; k < some; ++k) parts.add(taps.of[tap + k], pixels + k * L + j);
        parts.keep(sum + j);
      });
      old = sum;
      sum = sum == sums[0] ? sums[1] : sums[0];
    }
    for (int64_t p = 0; p < count; ++p) store(to + (first + p) * at.b, load<Floats<L>>(old + p * L));
  }

  /** Copies `count` pixels of a row from place `left` on, the nearest for those beyond its edges. */
  DI_HD void copyOn(const float* from, int64_t left, int64_t count, float* pixels) const {
    const int64_t begin = smaller(larger(-left, 0), count), end = larger(smaller(at.w - left, count), begin);
    const auto copy = [&](int64_t p, int64_t place) { store(pixels + p * L, load<Floats<L>>(from + place * at.b)); };
    for (int64_t p = 0; p < begin; ++p) copy(p, 0);
    if (at.b == L && begin < end)
      __builtin_memcpy(pixels + begin * L, from + (left + begin) * L,
                       static_cast<size_t>((end - begin) * L) * sizeof *pixels);
    else
      for (int64_t p = begin; p < end; ++p) copy(p, left + p);
    for (int64_t p = end; p < count; ++p) copy(p, at.w - 1);
  }
};

/** Either, one call per stored element. */
template <BlurAxis axis>
struct BlurElements {
  Planes at;
  Taps taps;
  const float* x;  // as it lies, channel padding 0; not y
  float* y;

  DI_HD void operator()(int64_t i) const {
    const Element to = elementAt(i, at.h, at.w, at.b);
    if (channelOf(at, to) >= at.c) {
      y[i] = 0.0f;
      return;
    }
    const bool ofRows = axis == BlurAxis::Rows;
    const int64_t place = ofRows ? to.row : to.col, length = ofRows ? at.h : at.w, step = ofRows ? at.w * at.b : at.b;
    const float* line = x + i - place * step;
    float sum = 0.0f;
    for (int64_t k = 0; k < taps.count(); ++k)
      sum += taps.of[k] * line[nearest(place + k - taps.radius, length) * step];
    y[i] = sum;
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
