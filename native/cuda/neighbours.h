#pragma once

#include <cuda_runtime.h>

#include "core/tensor.h"
#include "kernels/pictures.h"

// Launchers of native/kernels/shift.h, blur.h and total_variation.h, one thread per element of y as it lies; neighbours
// read neighbouring elements. Channel padding stays 0. Deterministic.

namespace deep_inside::cuda {

void shift(cudaStream_t stream, const Tensor& x, const Tensor& offsets, const Tensor& y);
void blur(cudaStream_t stream, const Tensor& x, const Tensor& taps, BlurAxis axis, const Tensor& y);
void totalVariation(cudaStream_t stream, const Tensor& x, float epsilon, const Tensor& y);

}  // namespace deep_inside::cuda
