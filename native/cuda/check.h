#pragma once

#include <cuda_runtime.h>

#include "core/status.h"

namespace deep_inside {

/** "cuda: launching relu: out of memory (cudaErrorMemoryAllocation)" as ERR_MEMORY, ERR_DEVICE or ERR_BACKEND. */
Status cudaStatus(cudaError_t result, const char* doing);

/** Throws what a CUDA call answered, unless it is success. */
inline void check(cudaError_t result, const char* doing) { demand(cudaStatus(result, doing)); }

}  // namespace deep_inside
