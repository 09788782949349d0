#pragma once

#include <math.h>

#include "kernels/window.h"

// Local response normalisation across channels (Krizhevsky et al. 2012, Sect. 3.3), with alpha divided by the size as
// Caffe, cuDNN, ONNX and PyTorch do: y[c] = x[c] * t[c]^-beta, t[c] = k + alpha / size * sum of x^2 over the window of c.

namespace deep_inside {

struct Lrn {
  int64_t half;  // channels on each side: (size - 1) / 2
  float alphaOverSize, beta, k;
};

inline namespace DEEP_INSIDE_ISA {

/** t^-beta; beta = 3/4, the only value in published nets, needs no pow. */
DI_HD float inversePower(float t, float beta) {
  if (beta == 0.75f) {
    const float root = sqrtf(t);
    return 1.0f / (root * sqrtf(root));
  }
  return powf(t, -beta);
}

/** Channels handled together; with `half` neighbours on both sides they fit the bodies' scratch arrays. */
constexpr int64_t kLrnChunk = 64;
/** Largest window: 31 channels. */
constexpr int64_t kLrnHalf = 15;
constexpr int64_t kLrnScratch = kLrnChunk + 4 * kLrnHalf;

/** Fills v[j] with x at channel first + j of one pixel, 0 outside 0 <= channel < c. */
DI_HD void gatherChannels(const Planes& at, const float* x, int64_t n, int64_t pixel, int64_t first, int64_t count,
                          float* v) {
  for (int64_t j = 0; j < count; ++j) {
    const int64_t c = first + j;
    v[j] = c >= 0 && c < at.c ? x[((n * blocks(at) + c / at.b) * area(at) + pixel) * at.b + c % at.b] : 0.0f;
  }
}

/** Channels outside 0 <= channel < c have no response; without this, k = 0 would make 0 * infinity of them. */
DI_HD float respond(const Planes& at, int64_t channel, float value) {
  return channel >= 0 && channel < at.c ? value : 0.0f;
}

/** t[j] = k + alpha / size * sum of v[j .. j + 2 half]^2: t[0] belongs to the channel of v[half]. */
DI_HD void normalisers(const Lrn& lrn, const float* v, int64_t count, float* t) {
  for (int64_t j = 0; j < count; ++j) t[j] = 0.0f;
  for (int64_t d = 0; d <= 2 * lrn.half; ++d)
    for (int64_t j = 0; j < count; ++j) t[j] += v[j + d] * v[j + d];
  for (int64_t j = 0; j < count; ++j) t[j] = lrn.k + lrn.alphaOverSize * t[j];
}

/** One call: kLrnChunk channels of one pixel. Overwrites y. Calls: n * h * w * ceil(c / kLrnChunk). */
struct LrnForward {
  Planes at;
  Lrn lrn;
  const float* x;  // [n, ceil(c / b), h, w, b]
  float* y;        // as x

  DI_HD void operator()(int64_t i) const {
    const int64_t chunks = (at.c + kLrnChunk - 1) / kLrnChunk;
    const int64_t first = i % chunks * kLrnChunk, pixel = i / chunks % area(at), n = i / chunks / area(at);
    const int64_t count = smaller(kLrnChunk, blocks(at) * at.b - first);
    float v[kLrnScratch], t[kLrnScratch];
    gatherChannels(at, x, n, pixel, first - lrn.half, count + 2 * lrn.half, v);
    normalisers(lrn, v, count, t);
    for (int64_t j = 0; j < count; ++j) t[j] = respond(at, first + j, v[j + lrn.half] * inversePower(t[j], lrn.beta));
    for (int64_t j = 0; j < count; ++j)
      y[((n * blocks(at) + (first + j) / at.b) * area(at) + pixel) * at.b + (first + j) % at.b] = t[j];
  }
};

/**
 * dx[c] = dy[c] t[c]^-beta - 2 beta alpha / size x[c] * sum over the windows that hold c of dy[j] x[j] t[j]^(-beta - 1).
 * Each image of x has `perImage` images of dy and dx. One call as in LrnForward. Overwrites dx.
 */
struct LrnBackward {
  Planes at;  // dx
  Lrn lrn;
  int64_t perImage;
  const float* x;   // [n / perImage, ceil(c / b), h, w, b]
  const float* dy;  // [n, ceil(c / b), h, w, b]
  float* dx;        // as dy

  DI_HD void operator()(int64_t i) const {
    const int64_t chunks = (at.c + kLrnChunk - 1) / kLrnChunk;
    const int64_t first = i % chunks * kLrnChunk, pixel = i / chunks % area(at), n = i / chunks / area(at);
    const int64_t count = smaller(kLrnChunk, blocks(at) * at.b - first), half = lrn.half;
    float v[kLrnScratch], t[kLrnScratch], g[kLrnScratch], r[kLrnScratch];
    gatherChannels(at, x, n / perImage, pixel, first - 2 * half, count + 4 * half,
                   v);                                                    // v[j]: channel first - 2 half + j
    gatherChannels(at, dy, n, pixel, first - half, count + 2 * half, g);  // g, t, r [j]: channel first - half + j
    normalisers(lrn, v, count + 2 * half, t);
    for (int64_t j = 0; j < count + 2 * half; ++j) {
      const float power = inversePower(t[j], lrn.beta);
      r[j] = respond(at, first - half + j, g[j] * v[j + half] * power / t[j]);
      g[j] = respond(at, first - half + j, g[j] * power);
    }
    const float factor = 2.0f * lrn.beta * lrn.alphaOverSize;
    for (int64_t j = 0; j < count; ++j) {
      float sum = 0.0f;
      for (int64_t d = 0; d <= 2 * half; ++d) sum += r[j + d];
      const int64_t c = first + j;
      dx[((n * blocks(at) + c / at.b) * area(at) + pixel) * at.b + c % at.b] =
          g[j + half] - factor * v[j + 2 * half] * sum;
    }
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
