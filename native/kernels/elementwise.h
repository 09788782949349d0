#pragma once

#include "kernels/planes.h"
#include "kernels/relu_rule.h"

// Each body computes element i of its output and reads nothing but element i: outputs may be inputs.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** y = max(x, 0); NaN stays NaN. */
struct Relu {
  const float* x;
  float* y;
  DI_HD void operator()(int64_t i) const { y[i] = x[i] <= 0.0f ? 0.0f : x[i]; }
};

/**
 * Backward of y = max(x, 0), from the sign of y alone since y > 0 exactly where x > 0 (Simonyan et al. 2013, Sect. 4;
 * guided: Springenberg et al. 2015). Overwrites dx.
 */
template <ReluRule rule>
struct ReluBackward {
  const float* y;
  const float* dy;
  float* dx;
  DI_HD void operator()(int64_t i) const {
    const float g = dy[i];
    // Without a branch: it would be taken half of the time, and keeps compilers from making vectors of this.
    const bool live = (rule == ReluRule::Deconvnet) | (y[i] > 0.0f);
    const bool pass = live & ((rule == ReluRule::Gradient) | (g > 0.0f));
    dx[i] = pass ? g : 0.0f;
  }
};

/** The same over images of `stored` elements, `perImage` of dy for each of y. Calls: elements of dx. */
template <ReluRule rule>
struct ReluBackwardOfImages {
  int64_t stored, perImage;
  Images<const float> y, dy;
  Images<float> dx;
  DI_HD void operator()(int64_t i) const {
    const int64_t n = i / stored;
    ReluBackward<rule>{imageAt(y, n / perImage), imageAt(dy, n), imageAt(dx, n)}(i % stored);
  }
};

struct Add {
  const float* a;
  const float* b;
  float* y;
  DI_HD void operator()(int64_t i) const { y[i] = a[i] + b[i]; }
};

/** Adds: y += alpha * x. */
struct Axpy {
  float alpha;
  const float* x;
  float* y;
  DI_HD void operator()(int64_t i) const { y[i] += alpha * x[i]; }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
