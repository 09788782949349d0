#pragma once

#include <cuda_runtime.h>

#include "core/shape.h"
#include "kernels/filters.h"

// Launchers of native/kernels/filters.h, one thread per element of the output. Deterministic.

namespace deep_inside::cuda {

/** w: [K, C / groups, R, S] of `shape`; y: [K, R, S, C / groups] of float or BFloat16. */
template <class W>
void packFilters(cudaStream_t stream, const Shape& shape, const float* w, W* y);

}  // namespace deep_inside::cuda
