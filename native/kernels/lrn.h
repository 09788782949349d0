#pragma once

#include <math.h>

#include "kernels/window.h"

// Local response normalisation across channels (Krizhevsky et al. 2012, Sect. 3.3), with alpha divided by the size as
// Caffe, cuDNN, ONNX and PyTorch do: y[c] = x[c] * t[c]^-beta, t[c] = k + alpha / size * sum of x^2 over the window of c.
// One call handles a chunk of channels along one row of pixels, pixel by pixel: B divides the block.

namespace deep_inside {

struct Lrn {
  int64_t half;  // channels on each side: (size - 1) / 2
  float alphaOverSize, beta, k;
};

inline namespace DEEP_INSIDE_ISA {

/** Channels handled together. */
constexpr int64_t kLrnChunk = 256;
/** Largest window: 31 channels. */
constexpr int64_t kLrnHalf = 15;
/** `kLrnHalf` rounded up to whole groups of lanes. */
constexpr int64_t kLrnReach = 16;
/** Room for a chunk, for two windows on each side of it and for the rest of a vector. */
constexpr int64_t kLrnRoom = 2 * kLrnReach + kWidest;
constexpr int64_t kLrnScratch = kLrnChunk + 2 * kLrnRoom;

DI_HD int64_t lrnChunks(const Planes& at) { return (at.c + kLrnChunk - 1) / kLrnChunk; }

/** The channels of one call; `padded` is where the stored ones end. */
struct LrnChunk {
  int64_t n, h;
  int64_t first, end, padded;

  DI_HD LrnChunk(const Planes& at, int64_t i) : n(i / at.h / lrnChunks(at)), h(i % at.h) {
    padded = blocks(at) * at.b;
    first = i / at.h % lrnChunks(at) * kLrnChunk;
    end = smaller(first + kLrnChunk, padded);
  }

  /** The chunk and up to `reach` channels on each side of it. */
  DI_HD Span within(int64_t reach, int64_t channels) const {
    return {larger(first - reach, 0), smaller(end + reach, channels)};
  }
};

/** Calls `visit(c, offset)` for every B-th of these channels, with where it lies from the pixel's first. */
template <int B, class Visit>
DI_HD void eachGroup(const Planes& at, const Span& channels, const Visit& visit) {
  int64_t lane = channels.begin % at.b, block = channels.begin / at.b * area(at) * at.b;
  for (int64_t c = channels.begin; c < channels.end; c += B) {
    visit(c, block + lane);
    lane += B;
    if (lane < at.b) continue;
    lane = 0;
    block += area(at) * at.b;
  }
}

/** t^-beta; beta = 3/4, the only value in published nets, needs no pow. */
DI_HD void inversePowers(const float* t, const Span& channels, float beta, float* powers) {
  if (beta == 0.75f) {
    DI_LANES
    for (int64_t c = channels.begin; c < channels.end; ++c) {
      const float root = sqrtf(t[c]);
      powers[c] = 1.0f / (root * sqrtf(root));
    }
  } else {
    for (int64_t c = channels.begin; c < channels.end; ++c) powers[c] = powf(t[c], -beta);
  }
}

/** t[c] = k + alpha / size * sum over the window of v^2. Writes a few more, up to a whole vector. */
DI_HD void normalisers(const Lrn& lrn, const float* v, const Span& channels, float* t) {
  for (int64_t c = channels.begin; c < channels.end; c += kWidest) {
    Floats<kWidest> sum{};
    for (int64_t d = -lrn.half; d <= lrn.half; ++d) {
      const auto x = load<Floats<kWidest>>(v + c + d);
      sum += x * x;
    }
    store(t + c, lrn.k + lrn.alphaOverSize * sum);
  }
}

/** Overwrites y. Calls: n * chunks * h. */
template <int B>
struct LrnForward {
  Planes at;
  Lrn lrn;
  const float* x;  // [n, ceil(c / b), h, w, b]
  float* y;        // as x

  DI_HD void operator()(int64_t i) const {
    const LrnChunk chunk(at, i);
    const Span mine{chunk.first, smaller(chunk.end, at.c)};
    // Of one pixel, and zero beyond the channels that there are. v[c] is channel c.
    float scratch[3][kLrnScratch] = {};
    const int64_t shift = kLrnRoom - chunk.first;
    float *v = scratch[0] + shift, *t = scratch[1] + shift, *out = scratch[2] + shift;
    int64_t pixel = offset(at, chunk.n, 0, chunk.h, 0);
    for (int64_t w = 0; w < at.w; ++w, pixel += at.b) {
      eachGroup<B>(at, chunk.within(kLrnReach, chunk.padded),
                   [&](int64_t c, int64_t from) { store(v + c, load<Floats<B>>(x + pixel + from)); });
      normalisers(lrn, v, mine, t);
      inversePowers(t, mine, lrn.beta, out);
      DI_LANES
      for (int64_t c = mine.begin; c < mine.end; ++c) out[c] *= v[c];
      eachGroup<B>(at, {chunk.first, chunk.end},
                   [&](int64_t c, int64_t to) { store(y + pixel + to, load<Floats<B>>(out + c)); });
    }
  }
};

/**
 * dx[c] = dy[c] t[c]^-beta - 2 beta alpha / size x[c] * sum over the windows that hold c of dy[j] x[j] t[j]^(-beta - 1).
 * Each image of x has `perImage` images of dy and dx. Calls as for LrnForward. Overwrites dx.
 */
template <int B>
struct LrnBackward {
  Planes at;  // dx
  Lrn lrn;
  int64_t perImage;
  const float* x;   // [n / perImage, ceil(c / b), h, w, b]
  const float* dy;  // [n, ceil(c / b), h, w, b]
  float* dx;        // as dy

  DI_HD void operator()(int64_t i) const {
    const LrnChunk chunk(at, i);
    float scratch[5][kLrnScratch] = {};  // as in LrnForward
    const int64_t shift = kLrnRoom - chunk.first;
    float *v = scratch[0] + shift, *g = scratch[1] + shift, *t = scratch[2] + shift;
    float *power = scratch[3] + shift, *r = scratch[4] + shift;
    int64_t kept = offset(at, chunk.n / perImage, 0, chunk.h, 0), pixel = offset(at, chunk.n, 0, chunk.h, 0);
    for (int64_t w = 0; w < at.w; ++w, kept += at.b, pixel += at.b) {
      eachGroup<B>(at, chunk.within(2 * kLrnReach, chunk.padded),
                   [&](int64_t c, int64_t from) { store(v + c, load<Floats<B>>(x + kept + from)); });
      eachGroup<B>(at, chunk.within(kLrnReach, chunk.padded),
                   [&](int64_t c, int64_t from) { store(g + c, load<Floats<B>>(dy + pixel + from)); });
      terms(chunk.within(lrn.half, at.c), v, g, t, power, r);
      combine(chunk, v, g, r, t);
      eachGroup<B>(at, {chunk.first, chunk.end},
                   [&](int64_t c, int64_t to) { store(dx + pixel + to, load<Floats<B>>(t + c)); });
    }
  }

  /** g becomes dy t^-beta, and r dy x t^(-beta - 1). */
  DI_HD void terms(const Span& channels, const float* v, float* g, float* t, float* power, float* r) const {
    normalisers(lrn, v, channels, t);
    inversePowers(t, channels, lrn.beta, power);
    DI_LANES
    for (int64_t c = channels.begin; c < channels.end; ++c) {
      r[c] = g[c] * v[c] * power[c] / t[c];
      g[c] = g[c] * power[c];
    }
  }

  /** The gradients of a chunk; those of padding channels are zero. */
  DI_HD void combine(const LrnChunk& chunk, const float* v, const float* g, const float* r, float* out) const {
    const float factor = 2.0f * lrn.beta * lrn.alphaOverSize;
    for (int64_t c = chunk.first; c < chunk.end; c += kWidest) {
      Floats<kWidest> sum{};
      for (int64_t d = -lrn.half; d <= lrn.half; ++d) sum += load<Floats<kWidest>>(r + c + d);
      store(out + c, load<Floats<kWidest>>(g + c) - factor * load<Floats<kWidest>>(v + c) * sum);
    }
    for (int64_t c = larger(chunk.first, at.c); c < chunk.end; ++c) out[c] = 0.0f;
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
