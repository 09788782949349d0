#pragma once

#include <omp.h>

#include "cpu/isa/lanes.h"
#include "cpu/linear_kernels.h"
#include "kernels/window.h"

// Forward at few images is bound by reading the weights: each row of the matrix is read once, in long runs.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Rows of the matrix that are read side by side. */
constexpr int kRowsAtOnce = 8;
/** Images whose sums are added to while those rows are in registers. */
constexpr int kImagesAtOnce = 4;
/** Below this many products a team of threads costs more than it saves. */
constexpr int64_t kLinearAlone = 1 << 15;

/** Some rows of the matrix, and what each image multiplies them with. */
struct ScaledRows {
  const float* w[kRowsAtOnce];
  float x[kImagesAtOnce][kRowsAtOnce];
};

/** sums[r][j] += x[r][q] * w[q][j] for one q after the other. sums: [n, step]. */
template <int rows, int n>
void addRows(const ScaledRows& from, int64_t begin, int64_t end, float* sums, int64_t step) {
  for (int64_t j = begin; j < end; j += kLanes) {
    Lanes w[rows];
    for (int q = 0; q < rows; ++q) w[q] = *lanesAt(from.w[q] + j);
    for (int r = 0; r < n; ++r) {
      Lanes sum = *lanesAt(sums + r * step + j);
      for (int q = 0; q < rows; ++q) sum += from.x[r][q] * w[q];
      *lanesAt(sums + r * step + j) = sum;
    }
  }
}

template <int rows, int n = kImagesAtOnce>
void addRowsFor(int64_t images, const ScaledRows& from, int64_t begin, int64_t end, float* sums, int64_t step) {
  if (images == n) return addRows<rows, n>(from, begin, end, sums, step);
  if constexpr (n > 1) addRowsFor<rows, n - 1>(images, from, begin, end, sums, step);
}

/** Adds the listed features k ... k + rows to the outputs begin ... end of all images. */
template <int rows>
void addFeatures(const LinearForward& f, int64_t k, int64_t begin, int64_t end) {
  ScaledRows from;
  for (int q = 0; q < rows; ++q) from.w[q] = f.matrix.w + f.features[k + q] * f.matrix.step;
  for (int64_t image = 0; image < f.n; image += kImagesAtOnce) {
    const int64_t images = smaller(kImagesAtOnce, f.n - image);
    for (int64_t r = 0; r < images; ++r)
      for (int q = 0; q < rows; ++q) from.x[r][q] = f.x[(image + r) * f.matrix.features + f.features[k + q]];
    addRowsFor<rows>(images, from, begin, end, f.sums + image * f.matrix.step, f.matrix.step);
  }
}

/** NaN stays NaN. */
inline float activated(Activation activation, float x) {
  return activation == Activation::Relu && x <= 0.0f ? 0.0f : x;
}

inline void finishRow(const float* sums, const float* bias, Activation activation, int64_t begin, int64_t end,
                      float* y) {
  for (int64_t j = begin; j < end; ++j) y[j] = activated(activation, bias ? sums[j] + bias[j] : sums[j]);
}

/** Each thread has some of the outputs. */
inline void linearForward(const LinearForward& f) {
  const int64_t lines = f.matrix.step / 16, step = f.matrix.step;
#pragma omp parallel if (f.count * f.matrix.outputs > kLinearAlone)
  {
    const int64_t thread = omp_get_thread_num(), threads = omp_get_num_threads();
    const int64_t begin = lines * thread / threads * 16;
    const int64_t end = smaller(lines * (thread + 1) / threads * 16, (f.matrix.outputs + 15) / 16 * 16);
    for (int64_t r = 0; r < f.n; ++r)
      for (int64_t j = begin; j < end; ++j) f.sums[r * step + j] = 0.0f;
    int64_t k = 0;
    for (; k + kRowsAtOnce <= f.count; k += kRowsAtOnce) addFeatures<kRowsAtOnce>(f, k, begin, end);
    for (; k < f.count; ++k) addFeatures<1>(f, k, begin, end);
    for (int64_t r = 0; r < f.n; ++r)
      finishRow(f.sums + r * step, f.bias, f.activation, begin, smaller(end, f.matrix.outputs),
                f.y + r * f.matrix.outputs);
  }
}

inline void finish(int64_t n, int64_t outputs, const float* bias, Activation activation, float* y) {
#pragma omp parallel for schedule(static) if (n * outputs > kLinearAlone)
  for (int64_t r = 0; r < n; ++r) finishRow(y + r * outputs, bias, activation, 0, outputs, y + r * outputs);
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
