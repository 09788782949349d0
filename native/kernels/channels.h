#pragma once

#include "kernels/planes.h"

// Bodies that know which channel an element belongs to. Padding beyond the last channel is zero in every tensor and
// stays zero. Each body computes stored element i of its output unless it says otherwise.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** y in its own layout from x in another; padding becomes zero. The shapes agree. */
struct Reorder {
  Planes from, to;
  const float* x;
  float* y;

  DI_HD void operator()(int64_t i) const {
    const int64_t c = channelOf(to, i);
    const int64_t pixel = i / to.b % area(to), n = i / (blocks(to) * area(to) * to.b);
    y[i] = c < to.c ? x[((n * blocks(from) + c / from.b) * area(from) + pixel) * from.b + c % from.b] : 0.0f;
  }
};

/** A part of concatenated channels: y[c] = x[c + first]; x has more channels than y. The backward of concat. */
struct TakeChannels {
  Planes from, to;
  int64_t first;
  const float* x;
  float* y;

  DI_HD void operator()(int64_t i) const {
    const int64_t c = channelOf(to, i);
    const int64_t pixel = i / to.b % area(to), n = i / (blocks(to) * area(to) * to.b);
    y[i] = c < to.c
               ? x[((n * blocks(from) + (c + first) / from.b) * area(from) + pixel) * from.b + (c + first) % from.b]
               : 0.0f;
  }
};

/** y[c + first] = x[c] for the channels of x: one part of a concatenation. `i` counts the stored elements of x. */
struct PutChannels {
  Planes from, to;
  int64_t first;
  const float* x;
  float* y;

  DI_HD void operator()(int64_t i) const {
    const int64_t c = channelOf(from, i);
    if (c >= from.c) return;
    const int64_t pixel = i / from.b % area(from), n = i / (blocks(from) * area(from) * from.b);
    y[((n * blocks(to) + (c + first) / to.b) * area(to) + pixel) * to.b + (c + first) % to.b] = x[i];
  }
};

/** y = value; padding stays zero. */
struct Fill {
  Planes at;
  float value;
  float* y;

  DI_HD void operator()(int64_t i) const { y[i] = channelOf(at, i) < at.c ? value : 0.0f; }
};

/** y = scale[c] * x + shift[c]; `shift` may be null; padding stays zero. */
struct ScaleShift {
  Planes at;
  const float* x;
  const float* scale;  // [c]
  const float* shift;  // [c] or null
  float* y;

  DI_HD void operator()(int64_t i) const {
    const int64_t c = channelOf(at, i);
    y[i] = c < at.c ? scale[c] * x[i] + (shift ? shift[c] : 0.0f) : 0.0f;
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
