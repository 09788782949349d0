#pragma once

#include <math.h>

#include <cstdint>

#include "kernels/platform.h"

// Bodies over rows of [n, classes], one call a row.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** P_c = exp(S_c) / sum of exp(S_c) (Simonyan et al. 2013, Sect. 2), shifted by the row's maximum. */
struct Softmax {
  int64_t classes;
  const float* x;  // [n, classes]
  float* y;        // [n, classes]

  DI_HD void operator()(int64_t n) const {
    const float* in = x + n * classes;
    float* out = y + n * classes;
    float top = in[0];
    for (int64_t c = 1; c < classes; ++c) top = in[c] > top ? in[c] : top;
    float sum = 0.0f;
    for (int64_t c = 0; c < classes; ++c) sum += out[c] = expf(in[c] - top);
    for (int64_t c = 0; c < classes; ++c) out[c] /= sum;
  }
};

/** dx[c] = y[c] * (dy[c] - sum over j of dy[j] y[j]); each row of y has `perImage` rows of dy and dx. dx may be dy. */
struct SoftmaxBackward {
  int64_t classes, perImage;
  const float* y;   // [n / perImage, classes]
  const float* dy;  // [n, classes]
  float* dx;        // [n, classes]

  DI_HD void operator()(int64_t n) const {
    const float* out = y + n / perImage * classes;
    const float* signal = dy + n * classes;
    float dot = 0.0f;
    for (int64_t c = 0; c < classes; ++c) dot += signal[c] * out[c];
    for (int64_t c = 0; c < classes; ++c) dx[n * classes + c] = out[c] * (signal[c] - dot);
  }
};

/** dy[n] = 1 at the row's class, 0 elsewhere; class -1 is the first maximum of its image's scores. */
struct Seed {
  int64_t classes, perImage;
  const float* scores;    // [n / perImage, classes]
  const int32_t* wanted;  // [n]
  float* dy;              // [n, classes]

  DI_HD void operator()(int64_t n) const {
    const float* in = scores + n / perImage * classes;
    int64_t best = wanted[n];
    if (best < 0) {
      best = 0;
      for (int64_t c = 1; c < classes; ++c) best = in[c] > in[best] ? c : best;
    }
    for (int64_t c = 0; c < classes; ++c) dy[n * classes + c] = c == best ? 1.0f : 0.0f;
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
