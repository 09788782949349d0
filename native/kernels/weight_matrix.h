#pragma once

#include "kernels/bfloat16.h"
#include "kernels/window.h"

namespace deep_inside {

/** Rows of a matrix are so many elements apart, rounded up: whole vectors of 16 bytes, of float32 and of bfloat16. */
constexpr int64_t kWholeVectors = 8;

/** The weights of a linear layer: [features][step], of which `outputs` count and the rest is 0. Aligned to 16 bytes. */
template <class W>
struct WeightMatrix {
  const W* w;
  int64_t features, outputs, step;
};

inline namespace DEEP_INSIDE_ISA {

DI_HD int64_t wholeVectors(int64_t count) { return (count + kWholeVectors - 1) / kWholeVectors * kWholeVectors; }

/** What a thread reads at once. */
template <class W>
struct alignas(16) Vector {
  static constexpr int kWidth = 16 / sizeof(W);
  W each[kWidth];
};

/** Vectors of a row. */
template <class W>
DI_HD int64_t vectorsOf(const WeightMatrix<W>& matrix) {
  return matrix.step / Vector<W>::kWidth;
}

/** `column` is the first of a vector. */
template <class W>
DI_HD Vector<W> vectorAt(const WeightMatrix<W>& matrix, int64_t feature, int64_t column) {
  Vector<W> vector;
  const void* from = __builtin_assume_aligned(matrix.w + feature * matrix.step + column, sizeof vector);
  __builtin_memcpy(&vector, from, sizeof vector);
  return vector;
}

/** Features of a call of TakeOutputs: one sector of what it reads, while its neighbours write beside it. */
constexpr int64_t kTakenFeatures = 8;

DI_HD int64_t takeCalls(int64_t features, int64_t count) {
  return (features + kTakenFeatures - 1) / kTakenFeatures * count;
}

/** Columns first ... first + count - 1 of a matrix, from the weights of these outputs. */
struct TakeOutputs {
  int64_t features, first, count, step;
  const float* w;  // [count, features]
  float* matrix;   // [features, step]

  DI_HD void operator()(int64_t i) const {
    const int64_t output = i % count, begin = i / count * kTakenFeatures;
    const int64_t end = smaller(begin + kTakenFeatures, features);
    for (int64_t f = begin; f < end; ++f) matrix[f * step + first + output] = w[output * features + f];
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
