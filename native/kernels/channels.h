#pragma once

#include "kernels/planes.h"

// Bodies that know which channel an element belongs to. Padding beyond the last channel is zero in every tensor and
// stays zero. One call handles the row (n, c, h) of the tensor that it names.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Where a row of one channel begins, and how far its pixels lie apart. */
struct ChannelRow {
  int64_t n, c, h;
  int64_t begin, step;
};

/** Rows of a tensor, those of padding channels included. */
DI_HD int64_t channelRows(const Planes& x) { return x.n * blocks(x) * x.b * x.h; }

DI_HD ChannelRow channelRow(const Planes& x, int64_t n, int64_t c, int64_t h) {
  return {n, c, h, offset(x, n, c, h, 0), x.b};
}

/** The row with number i < channelRows(x), channels before rows so that neighbours share cache lines. */
DI_HD ChannelRow channelRow(const Planes& x, int64_t i) {
  const int64_t lane = i % x.b, h = i / x.b % x.h, block = i / x.b / x.h % blocks(x), n = i / x.b / x.h / blocks(x);
  return channelRow(x, n, block * x.b + lane, h);
}

/** y in its own layout from x in another; padding becomes zero. The shapes agree. Calls: rows of y. */
struct Reorder {
  Planes from, to;
  const float* x;
  float* y;

  DI_HD void operator()(int64_t i) const {
    const ChannelRow out = channelRow(to, i);
    if (out.c >= to.c) {
      for (int64_t w = 0; w < to.w; ++w) y[out.begin + w * out.step] = 0.0f;
      return;
    }
    const ChannelRow in = channelRow(from, out.n, out.c, out.h);
    for (int64_t w = 0; w < to.w; ++w) y[out.begin + w * out.step] = x[in.begin + w * in.step];
  }
};

/** A part of concatenated channels: y[c] = x[c + first]; the backward of concat. Calls: rows of y. */
struct TakeChannels {
  Planes from, to;
  int64_t first;
  const float* x;
  float* y;

  DI_HD void operator()(int64_t i) const {
    const ChannelRow out = channelRow(to, i);
    if (out.c >= to.c) return;
    const ChannelRow in = channelRow(from, out.n, out.c + first, out.h);
    for (int64_t w = 0; w < to.w; ++w) y[out.begin + w * out.step] = x[in.begin + w * in.step];
  }
};

/** y[c + first] = x[c] for the channels of x: one part of a concatenation. Calls: rows of x. */
struct PutChannels {
  Planes from, to;
  int64_t first;
  const float* x;
  float* y;

  DI_HD void operator()(int64_t i) const {
    const ChannelRow in = channelRow(from, i);
    if (in.c >= from.c) return;
    const ChannelRow out = channelRow(to, in.n, in.c + first, in.h);
    for (int64_t w = 0; w < from.w; ++w) y[out.begin + w * out.step] = x[in.begin + w * in.step];
  }
};

/** y = value. Calls: rows of y. */
struct Fill {
  Planes at;
  float value;
  float* y;

  DI_HD void operator()(int64_t i) const {
    const ChannelRow row = channelRow(at, i);
    if (row.c >= at.c) return;
    for (int64_t w = 0; w < at.w; ++w) y[row.begin + w * row.step] = value;
  }
};

/** y = scale[c] * x + shift[c]; `shift` may be null; y may be x. Calls: rows of y. */
struct ScaleShift {
  Planes at;
  const float* x;
  const float* scale;  // [c]
  const float* shift;  // [c] or null
  float* y;

  DI_HD void operator()(int64_t i) const {
    const ChannelRow row = channelRow(at, i);
    if (row.c >= at.c) return;
    const float factor = scale[row.c], term = shift ? shift[row.c] : 0.0f;
    for (int64_t w = 0; w < at.w; ++w) y[row.begin + w * row.step] = factor * x[row.begin + w * row.step] + term;
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
