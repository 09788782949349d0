#pragma once

#include <cuda_runtime.h>

#include "core/tensor.h"

// Launchers of native/kernels/ascent.h and colours.h: one thread per element as it lies, for `mixChannels` per pixel.
// Channel padding stays 0. Deterministic.

namespace deep_inside::cuda {

void blend(cudaStream_t stream, const Tensor& coefficients, const Tensor& x, const Tensor& y);
void addNormalised(cudaStream_t stream, float weight, const Tensor& squares, const Tensor& x, const Tensor& y);  // adds
void adam(cudaStream_t stream, const Tensor& coefficients, const Tensor& g, const Tensor& m, const Tensor& v,
          const Tensor& y);  // adds to y
void clamp(cudaStream_t stream, const Tensor& low, const Tensor& high, const Tensor& y);
void mixChannels(cudaStream_t stream, const Tensor& matrix, const Tensor& x, const Tensor& y);

}  // namespace deep_inside::cuda
