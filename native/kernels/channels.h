#pragma once

#include "kernels/lanes.h"
#include "kernels/planes.h"

// Bodies that know which channel an element belongs to. Padding beyond the last channel is zero in every tensor and
// stays zero.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Pixels of one channel that a call of Reorder, TakeChannels or PutChannels copies. */
constexpr int64_t kRun = 256;

/** Pixels begin .. end - 1 of one channel of one image. */
struct ChannelRun {
  int64_t n, c;
  int64_t begin, end;
};

DI_HD int64_t runs(const Planes& x) { return (area(x) + kRun - 1) / kRun; }

/** Runs of a tensor, those of padding channels included. */
DI_HD int64_t channelRuns(const Planes& x) { return x.n * blocks(x) * x.b * runs(x); }

/** The run with number i < channelRuns(x), channels before runs so that neighbours share cache lines. */
DI_HD ChannelRun channelRun(const Planes& x, int64_t i) {
  const int64_t lane = i % x.b, run = i / x.b % runs(x), block = i / x.b / runs(x) % blocks(x);
  const int64_t begin = run * kRun, end = begin + kRun < area(x) ? begin + kRun : area(x);
  return {i / x.b / runs(x) / blocks(x), block * x.b + lane, begin, end};
}

/** Copies a run to channel c of y from channel `from` of x. */
DI_HD void copyRun(const ChannelRun& run, const Planes& yAt, int64_t c, const Images<float>& y, const Planes& xAt,
                   int64_t from, const Images<const float>& x) {
  float* to = imageAt(y, run.n) + offset(yAt, 0, c, 0, 0);
  const float* in = imageAt(x, run.n) + offset(xAt, 0, from, 0, 0);
  for (int64_t pixel = run.begin; pixel < run.end; ++pixel) to[pixel * yAt.b] = in[pixel * xAt.b];
}

/** y in its own layout from x in another; padding becomes zero. The shapes agree. Calls: runs of y. */
struct Reorder {
  Planes from, to;
  Images<const float> x;
  Images<float> y;

  DI_HD void operator()(int64_t i) const {
    const ChannelRun run = channelRun(to, i);
    if (run.c < to.c) return copyRun(run, to, run.c, y, from, run.c, x);
    float* padding = imageAt(y, run.n) + offset(to, 0, run.c, 0, 0);
    for (int64_t pixel = run.begin; pixel < run.end; ++pixel) padding[pixel * to.b] = 0.0f;
  }
};

/** Whether the part is a whole number of blocks in both tensors, so that each image's part is one run of memory. */
DI_HD bool wholeBlocks(const Planes& part, const Planes& whole, int64_t first) {
  return part.b == whole.b && part.c % part.b == 0 && first % whole.b == 0;
}

/** A part of concatenated channels: y[c] = x[c + first]; the backward of concat. Calls: runs of y. */
struct TakeChannels {
  Planes from, to;
  int64_t first;
  Images<const float> x;
  Images<float> y;

  DI_HD void operator()(int64_t i) const {
    const ChannelRun run = channelRun(to, i);
    if (run.c < to.c) copyRun(run, to, run.c, y, from, run.c + first, x);
  }
};

/** y[c + first] = x[c] for the channels of x: one part of a concatenation. Calls: runs of x. */
struct PutChannels {
  Planes from, to;
  int64_t first;
  Images<const float> x;
  Images<float> y;

  DI_HD void operator()(int64_t i) const {
    const ChannelRun run = channelRun(from, i);
    if (run.c < from.c) copyRun(run, to, run.c + first, y, from, run.c, x);
  }
};

/** What `valueOf(c)` gives for B channels from c on, 0 for padding. */
template <int B, class ValueOf>
DI_HD Floats<B> ofChannels(const Planes& at, int64_t c, const ValueOf& valueOf) {
  float each[B];
  for (int lane = 0; lane < B; ++lane) each[lane] = c + lane < at.c ? valueOf(c + lane) : 0.0f;
  return load<Floats<B>>(each);
}

/** y = value. Calls: lane rows of y. */
template <int B>
struct Fill {
  Planes at;
  float value;
  float* y;

  DI_HD void operator()(int64_t i) const {
    const LaneRow row = laneRow<B>(i, at.h, at.b);
    const int64_t c = row.plane % blocks(at) * at.b + row.lane;
    const auto values = ofChannels<B>(at, c, [&](int64_t) { return value; });
    float* to = y + (row.plane * at.h + row.h) * at.w * at.b + row.lane;
    for (int64_t w = 0; w < at.w; ++w) store(to + w * at.b, values);
  }
};

/** y = scale[c] * x + shift[c]; `shift` may be null; y may be x. Calls: lane rows of y. */
template <int B>
struct ScaleShift {
  Planes at;
  const float* x;
  const float* scale;  // [c]
  const float* shift;  // [c] or null
  float* y;

  DI_HD void operator()(int64_t i) const {
    const LaneRow row = laneRow<B>(i, at.h, at.b);
    const int64_t first = row.plane % blocks(at) * at.b + row.lane;
    const auto factors = ofChannels<B>(at, first, [&](int64_t c) { return scale[c]; });
    const auto terms = ofChannels<B>(at, first, [&](int64_t c) { return shift ? shift[c] : 0.0f; });
    const int64_t begin = (row.plane * at.h + row.h) * at.w * at.b + row.lane;
    for (int64_t w = 0; w < at.w; ++w) {
      const int64_t here = begin + w * at.b;
      store(y + here, factors * load<Floats<B>>(x + here) + terms);
    }
  }
};

/** The same, one call per stored element: where a thread has one lane and neighbours share cache lines, as on GPUs. */
struct ScaleShiftElements : ScaleShift<1> {
  DI_HD void operator()(int64_t i) const {
    const int64_t c = channelOf(at, elementAt(i, at.h, at.w, at.b));
    y[i] = c < at.c ? scale[c] * x[i] + (shift ? shift[c] : 0.0f) : 0.0f;
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
