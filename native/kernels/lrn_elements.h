#pragma once

#include "kernels/lrn.h"

// LRN (kernels/lrn.h) with one call per stored element: for GPUs, whose threads have no room for a chunk of channels.
// Each call sums the windows that it needs anew. The fields are those of the bodies over chunks.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** The channels within `half` of channel c. */
DI_HD Span lrnWindow(const Planes& at, const Lrn& lrn, int64_t c) {
  return {larger(c - lrn.half, 0), smaller(c + lrn.half + 1, at.c)};
}

/** t and t^-beta of one channel of a pixel. */
struct Normaliser {
  float t, power;

  DI_HD Normaliser(const Planes& at, const Lrn& lrn, const float* pixel, int64_t c) {
    float sum = 0.0f;
    eachGroup<1>(at, lrnWindow(at, lrn, c), [&](int64_t, int64_t from) { sum += pixel[from] * pixel[from]; });
    t = lrn.k + lrn.alphaOverSize * sum;
    inversePowers(&t, {0, 1}, lrn.beta, &power);
  }
};

/** Overwrites y, which is not x. Calls: stored elements of y. */
struct LrnElements : LrnForward<1> {
  DI_HD void operator()(int64_t i) const {
    const Element element = elementAt(i, at.h, at.w, at.b);
    const int64_t c = channelOf(at, element);
    const float* pixel = x + offset(at, element.plane / blocks(at), 0, element.row, element.col);
    y[i] = c < at.c ? x[i] * Normaliser(at, lrn, pixel, c).power : 0.0f;
  }
};

/** Each image of x has `perImage` images of dy and dx. Overwrites dx, which is not dy. Calls: stored elements of dx. */
struct LrnBackwardElements : LrnBackward<1> {
  DI_HD void operator()(int64_t i) const {
    const Element element = elementAt(i, at.h, at.w, at.b);
    const int64_t c = channelOf(at, element), n = element.plane / blocks(at);
    dx[i] = c < at.c ? gradient(x + offset(at, n / perImage, 0, element.row, element.col),
                                dy + offset(at, n, 0, element.row, element.col), c)
                     : 0.0f;
  }

  /** Of channel c, from channel 0 of its pixel in x and in dy. */
  DI_HD float gradient(const float* v, const float* g, int64_t c) const {
    float own = 0.0f, value = 0.0f, sum = 0.0f;
    eachGroup<1>(at, lrnWindow(at, lrn, c), [&](int64_t j, int64_t from) {
      const Normaliser each(at, lrn, v, j);
      sum += g[from] * v[from] * each.power / each.t;
      if (j != c) return;
      own = g[from] * each.power;
      value = v[from];
    });
    return own - 2.0f * lrn.beta * lrn.alphaOverSize * value * sum;
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
