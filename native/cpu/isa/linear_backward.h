#pragma once

#include "cpu/isa/lanes.h"
#include "cpu/isa/linear_forward.h"
#include "cpu/linear_kernels.h"

// Backward, dx[i] = <w[i], dy> for each wanted row i of the matrix, is bound by reading these rows until there are many
// images. A group of rows is one thread's.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Up to this many images lanes are outputs, and dy lies as it comes; beyond, lanes are images. */
constexpr int kDotImages = 4;
constexpr int kDotRows = 4;

/** Groups of rows by vectors of images, as fit the registers together. */
constexpr int kNarrowRows = 12;
constexpr int kWide = 2;
#ifdef __AVX512F__
constexpr int kWideRows = 8;
#else
constexpr int kWideRows = 5;
#endif
constexpr int64_t kWideImages = kWide * kLanes;
/** How many floats ahead rows are prefetched where lanes are images: so many of them are more than hardware follows. */
constexpr int64_t kAhead = 256;

inline int64_t wholeLines(int64_t outputs) { return (outputs + 15) / 16 * 16; }

/** The feature at place k of the list, or the last one, so that the last group of rows needs no code of its own. */
inline int64_t featureAt(const LinearBackward& b, int64_t k) { return b.features[smaller(k, b.count - 1)]; }
inline const float* rowAt(const LinearBackward& b, int64_t k) { return b.matrix.w + featureAt(b, k) * b.matrix.step; }

inline float sumOf(const Lanes& x) {
  float sum[kLanes];
  *lanesAt(sum) = x;
  for (int half = kLanes / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) sum[i] += sum[i + half];
  return sum[0];
}

/** dy: [n][whole lines of outputs]. */
template <int n>
void dotRows(const LinearBackward& b, const float* dy, int64_t k) {
  const int64_t outputs = wholeLines(b.matrix.outputs);
  const float *w[kDotRows], *next[kDotRows];
  for (int q = 0; q < kDotRows; ++q) {
    w[q] = rowAt(b, k + q);
    next[q] = rowAt(b, k + kDotRows + q);
  }
  Lanes sum[kDotRows][n] = {};
  for (int64_t j = 0; j < outputs; j += kLanes)
    for (int q = 0; q < kDotRows; ++q) {
      __builtin_prefetch(next[q] + j, 0, 2);
      const Lanes row = *lanesAt(w[q] + j);
      for (int r = 0; r < n; ++r) sum[q][r] += row * *lanesAt(dy + r * outputs + j);
    }
  for (int r = 0; r < n; ++r)
    for (int q = 0; q < kDotRows; ++q) b.dx[r * b.matrix.features + featureAt(b, k + q)] = sumOf(sum[q][r]);
}

/** dy: [whole lines of outputs][vectors * kLanes images], of which the first is `image`. */
template <int rows, int vectors>
void spreadRows(const LinearBackward& b, const float* dy, int64_t image, int64_t k) {
  const int64_t outputs = wholeLines(b.matrix.outputs);
  const float* w[rows];
  for (int q = 0; q < rows; ++q) w[q] = rowAt(b, k + q);
  Lanes sum[rows][vectors] = {};
  for (int64_t line = 0; line < outputs; line += 16) {
    for (int q = 0; q < rows; ++q) __builtin_prefetch(w[q] + line + kAhead);
    for (int64_t j = line; j < line + 16; ++j, dy += vectors * kLanes) {
#pragma GCC unroll 12
      for (int q = 0; q < rows; ++q)
        for (int v = 0; v < vectors; ++v) sum[q][v] += w[q][j] * *lanesAt(dy + v * kLanes);
    }
  }
  const int64_t images = smaller(vectors * kLanes, b.n - image);
  for (int64_t r = 0; r < images; ++r)
    for (int q = 0; q < rows; ++q)
      b.dx[(image + r) * b.matrix.features + featureAt(b, k + q)] = sum[q][r / kLanes][r % kLanes];
}

/** Copies dy to [n][whole lines of outputs]. */
inline void widen(const LinearBackward& b) {
  const int64_t outputs = wholeLines(b.matrix.outputs);
  for (int64_t r = 0; r < b.n; ++r)
    for (int64_t j = 0; j < outputs; ++j)
      b.scratch[r * outputs + j] = j < b.matrix.outputs ? b.dy[r * b.matrix.outputs + j] : 0.0f;
}

/** Images that lie side by side behind `image`. */
inline int64_t lanesFrom(int64_t n, int64_t image) { return n - image <= kLanes ? kLanes : kWideImages; }

/** Copies dy to parts of [whole lines of outputs][lanes]; part p begins with image p * kWideImages. */
inline void turn(const LinearBackward& b) {
  const int64_t outputs = wholeLines(b.matrix.outputs);
#pragma omp parallel for schedule(static) if (b.n * outputs > kLinearAlone)
  for (int64_t j = 0; j < outputs; ++j)
    for (int64_t image = 0; image < b.n; image += kWideImages) {
      const int64_t lanes = lanesFrom(b.n, image);
      float* to = b.scratch + image * outputs + j * lanes;
      for (int64_t r = 0; r < lanes; ++r) {
        const bool real = image + r < b.n && j < b.matrix.outputs;
        to[r] = real ? b.dy[(image + r) * b.matrix.outputs + j] : 0.0f;
      }
    }
}

inline size_t backwardFloats(int64_t n, int64_t outputs) {
  const int64_t whole = n / kWideImages * kWideImages;
  const int64_t lanes = n <= kDotImages || n == whole ? n : whole + lanesFrom(n, whole);
  return static_cast<size_t>(wholeLines(outputs) * lanes);
}

template <int n>
void dotAll(const LinearBackward& b) {
  widen(b);
#pragma omp parallel for schedule(static) if (b.count * b.matrix.outputs > kLinearAlone)
  for (int64_t k = 0; k < b.count; k += kDotRows) dotRows<n>(b, b.scratch, k);
}

template <int rows>
void spreadAll(const LinearBackward& b) {
  turn(b);
#pragma omp parallel for schedule(static) if (b.count * b.matrix.outputs > kLinearAlone)
  for (int64_t k = 0; k < b.count; k += rows)
    for (int64_t image = 0; image < b.n; image += kWideImages) {
      const float* dy = b.scratch + image * wholeLines(b.matrix.outputs);
      if (lanesFrom(b.n, image) == kLanes) {
        spreadRows<rows, 1>(b, dy, image, k);
      } else if constexpr (rows <= kWideRows) {
        spreadRows<rows, kWide>(b, dy, image, k);
      }
    }
}

inline void clear(int64_t elements, float* x) {
#pragma omp parallel for simd schedule(static) if (elements > kLinearAlone)
  for (int64_t i = 0; i < elements; ++i) x[i] = 0.0f;
}

inline void linearBackward(const LinearBackward& b) {
  if (b.count < b.matrix.features) clear(b.n * b.matrix.features, b.dx);
  if (b.count == 0) return;
  switch (b.n) {
    case 1: return dotAll<1>(b);
    case 2: return dotAll<2>(b);
    case 3: return dotAll<3>(b);
    case 4: return dotAll<4>(b);
    default: return b.n <= kLanes ? spreadAll<kNarrowRows>(b) : spreadAll<kWideRows>(b);
  }
}

inline void backwardEntries(const LinearBackward& b, const Entry* entries, int64_t count) {
  constexpr int64_t kPart = 64;
  clear(b.n * b.matrix.features, b.dx);
#pragma omp parallel for schedule(static) if (b.count * count > kLinearAlone / 16)
  for (int64_t part = 0; part < b.count; part += kPart)
    for (int64_t e = 0; e < count; ++e) {
      float* dx = b.dx + entries[e].image * b.matrix.features;
      const float* column = b.matrix.w + entries[e].output;
      for (int64_t k = part; k < smaller(part + kPart, b.count); ++k) {
        const int64_t feature = b.features[k];
        dx[feature] += entries[e].value * column[feature * b.matrix.step];
      }
    }
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
