#pragma once

#include <cuda_runtime.h>

#include "core/tensor.h"

// Launcher of native/kernels/dot.h: sums in a fixed order, the CPU's.

namespace deep_inside::cuda {

/** y[n] = sum over image n of a * b. Uses `scratch` (cuda/rows.h) from its beginning. */
void dot(cudaStream_t stream, void* scratch, const Tensor& a, const Tensor& b, const Tensor& y);

}  // namespace deep_inside::cuda
