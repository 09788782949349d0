#pragma once

#include <math.h>

#include "kernels/planes.h"

namespace deep_inside {

enum class MaxAbsResult { Magnitude, Signed };

inline namespace DEEP_INSIDE_ISA {

/**
 * M_ij = max over c of |w_ijc| (Simonyan et al. 2013, Sect. 3.1) with w = scale[c] * x, or the w that has it (the first
 * on ties). One call a pixel. Overwrites y.
 */
template <MaxAbsResult result>
struct MaxAbsOverChannels {
  Planes at;
  const float* x;      // [n, ceil(c / b), h, w, b]
  const float* scale;  // [c] or null
  float* y;            // [n, h, w]

  DI_HD void operator()(int64_t i) const {
    const int64_t n = i / area(at), pixel = i % area(at);
    float best = 0.0f;
    for (int64_t c = 0; c < at.c; ++c) {
      const float w = (scale ? scale[c] : 1.0f) * x[((n * blocks(at) + c / at.b) * area(at) + pixel) * at.b + c % at.b];
      if (!(fabsf(w) <= fabsf(best))) best = w;
    }
    y[i] = result == MaxAbsResult::Signed ? best : fabsf(best);
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
