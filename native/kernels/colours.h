#pragma once

#include "kernels/channels.h"
#include "kernels/pictures.h"

// Bodies over the channels of pictures.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** `low` below it, `high` above it; NaN stays NaN, and is no limit. */
template <int B>
DI_HD Floats<B> limited(Floats<B> value, Floats<B> low, Floats<B> high) {
  return value < low ? low : value > high ? high : value;
}

/** Limits y to [low[c], high[c]]. Calls: lane rows of y. */
template <int B>
struct Clamp {
  Planes at;
  const float* low;   // [c]
  const float* high;  // [c]
  float* y;           // [n, ceil(c / b), h, w, b]

  DI_HD void operator()(int64_t i) const {
    const LaneRow row = laneRow<B>(i, at.h, at.b);
    const int64_t first = row.plane % blocks(at) * at.b + row.lane;
    const auto lows = ofChannels<B>(at, first, [&](int64_t c) { return low[c]; });
    const auto highs = ofChannels<B>(at, first, [&](int64_t c) { return high[c]; });
    float* to = y + (row.plane * at.h + row.h) * at.w * at.b + row.lane;
    for (int64_t w = 0; w < at.w; ++w) store(to + w * at.b, limited<B>(load<Floats<B>>(to + w * at.b), lows, highs));
  }
};

/** The same, one call per stored element. */
struct ClampElements : Clamp<1> {
  DI_HD void operator()(int64_t i) const {
    const int64_t c = channelOf(at, elementAt(i, at.h, at.w, at.b));
    if (c < at.c) y[i] = limited<1>(y[i], low[c], high[c]);
  }
};

/**
 * y[i] = sum over j of matrix[i, j] * x[j] for the channels of each pixel, at most kMostMixed, summed in ascending order;
 * y may be x. One call handles B neighbouring pixels of one image; B > 1 only where channels do not lie side by side.
 * Channel padding stays as it is. Calls: n * ceil(h * w / B).
 */
template <int B>
struct MixChannels {
  Planes at;            // whose channels are one block, or dense
  const float* matrix;  // [c, c]
  const float* x;       // as it lies, as y
  float* y;

  DI_HD void operator()(int64_t i) const {
    const int64_t groups = (area(at) + B - 1) / B, n = i / groups, first = i % groups * B;
    if (first + B <= area(at)) return handle<B>(n, first);
    for (int64_t pixel = first; pixel < area(at); ++pixel) handle<1>(n, pixel);
  }

  template <int Pixels>
  DI_HD void handle(int64_t n, int64_t pixel) const {
    const int64_t begin = n * storedInImage(at) + pixel * at.b, step = at.b == 1 ? area(at) : 1;
    Floats<Pixels> in[kMostMixed] = {};
    for (int64_t j = 0; j < at.c; ++j) in[j] = load<Floats<Pixels>>(x + begin + j * step);
    for (int64_t i = 0; i < at.c; ++i) {
      Floats<Pixels> sum = matrix[i * at.c] * in[0];
      for (int64_t j = 1; j < at.c; ++j) sum += matrix[i * at.c + j] * in[j];
      store(y + begin + i * step, sum);
    }
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
