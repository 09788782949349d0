#pragma once

#include <cuda_runtime.h>

#include "core/plans.h"
#include "kernels/active_rows.h"

// Launchers of native/kernels/active_rows.h: linear layers of 1 to kFewImages images, of weights in float32 or bfloat16.
// Deterministic.

namespace deep_inside::cuda {

/** Of more images hardly a feature is 0 in all, and a product of matrices reads each weight once, too. */
constexpr int64_t kFewImages = 4;

struct ActiveForward {
  int64_t n;
  const float* x;     // [n, features]
  const float* bias;  // [outputs] or null
  Activation activation;
  float* parts;  // forwardFloats of scratch
  float* y;      // [n, outputs]
};

struct ActiveBackward {
  int64_t n;
  const float* dy;  // [n, outputs]
  WantedFeatures wanted;
  int64_t perImage;  // gradients of an image of the mask
  float* lanes;      // backwardFloats of scratch
  float* dx;         // [n, features]
};

template <class W>
int64_t forwardFloats(const WeightMatrix<W>& matrix, int64_t n) {
  return partsOf(matrix) * n * matrix.step;
}

template <class W>
int64_t backwardFloats(const WeightMatrix<W>& matrix, int64_t n) {
  return n * matrix.features * kColumnLanes;
}

template <class W>
void forwardActiveRows(cudaStream_t stream, const WeightMatrix<W>& matrix, const ActiveForward& f);
template <class W>
void backwardActiveRows(cudaStream_t stream, const WeightMatrix<W>& matrix, const ActiveBackward& b);

}  // namespace deep_inside::cuda
