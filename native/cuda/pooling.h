#pragma once

#include <cuda_runtime.h>

#include "core/plans.h"

// Launchers of native/kernels/pooling_elements.h, one thread per element of what each overwrites. Deterministic.

namespace deep_inside::cuda {

void maxPool(cudaStream_t stream, const Window& window, const Tensor& x, const Tensor& y, const Tensor& switches);
void unpool(cudaStream_t stream, const Window& window, const Tensor& dy, const Tensor& switches, const Tensor& dx);
void averagePool(cudaStream_t stream, const Window& window, Divisor divisor, const Tensor& x, const Tensor& y);
void averagePoolBackward(cudaStream_t stream, const Window& window, Divisor divisor, const Tensor& dy,
                         const Tensor& dx);

}  // namespace deep_inside::cuda
