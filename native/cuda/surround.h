#pragma once

#include <cuda_runtime.h>

#include "core/plans.h"
#include "kernels/surround.h"

// Launchers of native/kernels/surround.h, one thread per element of the output. Deterministic.

namespace deep_inside::cuda {

/** x: [planes, h, w]; y: [planes, framedH, framedW]. */
void surround(cudaStream_t stream, int64_t planes, const Framing& at, const float* x, float* y);
/** The other way round. */
void crop(cudaStream_t stream, int64_t planes, const Framing& at, const float* x, float* y);
/** b: [channels of y]; y: dense [n, c, h, w] or [n, c], added to. */
void addBias(cudaStream_t stream, const float* b, Activation activation, const Tensor& y);

}  // namespace deep_inside::cuda
