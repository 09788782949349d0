#pragma once

#include <math.h>

#include "kernels/lanes.h"
#include "kernels/planes.h"

namespace deep_inside {

enum class MaxAbsResult { Magnitude, Signed };

inline namespace DEEP_INSIDE_ISA {

/**
 * M_ij = max over c of |w_ijc| (Simonyan et al. 2013, Sect. 3.1) with w = scale[c] * x, or the w that has it (the first
 * on ties). One call handles B neighbouring pixels of one image; B > 1 only where channels do not lie side by side.
 * Overwrites y. Calls: n * ceil(h * w / B).
 */
template <MaxAbsResult result, int B>
struct MaxAbsOverChannels {
  Planes at;
  const float* x;      // [n, ceil(c / b), h, w, b]
  const float* scale;  // [c] or null
  float* y;            // [n, h, w]

  DI_HD void operator()(int64_t i) const {
    const int64_t groups = (area(at) + B - 1) / B, n = i / groups, first = i % groups * B;
    if (first + B <= area(at)) return handle<B>(n, first);
    for (int64_t pixel = first; pixel < area(at); ++pixel) handle<1>(n, pixel);
  }

  template <int Pixels>
  DI_HD void handle(int64_t n, int64_t pixel) const {
    const float* from = x + offset(at, n, 0, 0, 0) + pixel * at.b;
    Floats<Pixels> best{};
    int64_t lane = 0;
    for (int64_t c = 0; c < at.c; ++c) {
      const Floats<Pixels> w = (scale ? scale[c] : 1.0f) * load<Floats<Pixels>>(from + lane);
      best = magnitude<Pixels>(w) <= magnitude<Pixels>(best) ? best : w;  // a NaN is taken
      if (++lane < at.b) continue;
      lane = 0;
      from += area(at) * at.b;
    }
    store(y + n * area(at) + pixel, result == MaxAbsResult::Signed ? best : magnitude<Pixels>(best));
  }

  template <int Pixels>
  DI_HD Floats<Pixels> magnitude(Floats<Pixels> w) const {
    if constexpr (Pixels == 1) {
      return fabsf(w);
    } else {
      return w < 0.0f ? -w : w;
    }
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
