#pragma once

#include <math.h>

#include "kernels/planes.h"

// The gradient of the total variation of pictures (Rudin, Osher and Fatemi 1992), made differentiable by epsilon:
// TV = sum over all pixels of sqrt(right^2 + down^2 + epsilon^2), with right = x[row, col + 1] - x[row, col] and
// down = x[row + 1, col] - x[row, col], 0 beyond the edge. Each element gathers the three terms that it is part of.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** From a pixel to its neighbours as it lies; 0 where there is none, whose differences then are 0. */
struct Steps {
  int64_t up, down, left, right;
};

/** right / root and down / root of a term, from the pixel and its neighbours. */
struct Slope {
  float right, down;

  DI_HD Slope(float here, float toRight, float below, float square) {
    const float dx = toRight - here, dy = below - here;
    const float factor = 1.0f / sqrtf(dx * dx + dy * dy + square);
    right = dx * factor;
    down = dy * factor;
  }
};

/** dTV/dx of the pixel at `p`; `square` is epsilon^2. */
DI_HD float variationAt(const float* p, const Steps& steps, float square) {
  const float *above = p - steps.up, *before = p - steps.left;
  const Slope own(*p, p[steps.right], p[steps.down], square);
  // Beyond an edge `above` and `before` are the pixel itself: the difference to it is 0.
  const Slope ofAbove(*above, above[steps.right], *p, square), ofBefore(*before, *p, before[steps.down], square);
  return ofBefore.right + ofAbove.down - own.right - own.down;
}

/** One row of a plane. Calls: rows of all planes. */
struct VariationRows {
  Planes at;
  float square;    // epsilon^2
  const float* x;  // as it lies, channel padding 0; not y
  float* y;

  DI_HD void operator()(int64_t i) const {
    const int64_t last = (at.w - 1) * at.b;
    if (last == 0) return handle(i, 0, at.b, 0, 0);
    handle(i, 0, at.b, 0, at.b);
    handle(i, at.b, last, at.b, at.b);
    handle(i, last, last + at.b, at.b, 0);
  }

  DI_HD Steps steps(int64_t row, int64_t left, int64_t right) const {
    const int64_t length = at.w * at.b;
    return {row > 0 ? length : 0, row < at.h - 1 ? length : 0, left, right};
  }

  /** Elements begin .. end - 1 of row i. */
  DI_HD void handle(int64_t i, int64_t begin, int64_t end, int64_t left, int64_t right) const {
    const Steps own = steps(i % at.h, left, right);
    const float* from = x + i * at.w * at.b;
    float* to = y + i * at.w * at.b;
    const float epsilon = square;
    DI_LANES
    for (int64_t j = begin; j < end; ++j) to[j] = variationAt(from + j, own, epsilon);
  }
};

/** The same, one call per stored element. */
struct VariationElements : VariationRows {
  DI_HD void operator()(int64_t i) const {
    const Element to = elementAt(i, at.h, at.w, at.b);
    y[i] = variationAt(x + i, steps(to.row, to.col > 0 ? at.b : 0, to.col < at.w - 1 ? at.b : 0), square);
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
