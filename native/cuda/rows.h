#pragma once

#include <cuda_runtime.h>

#include "core/tensor.h"

// Launchers of native/kernels/rows.h, one thread per row of [n, classes]. Deterministic.

namespace deep_inside::cuda {

void softmax(cudaStream_t stream, const Tensor& x, const Tensor& y);
void softmaxBackward(cudaStream_t stream, const Tensor& y, const Tensor& dy, const Tensor& dx);
void seed(cudaStream_t stream, const Tensor& scores, const Tensor& classes, const Tensor& dy);

}  // namespace deep_inside::cuda
