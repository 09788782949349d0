#pragma once

#include <cuda_runtime.h>

#include "core/status.h"

namespace deep_inside {

/** "cuda: launching relu: out of memory (cudaErrorMemoryAllocation)" as ERR_MEMORY, ERR_DEVICE or ERR_BACKEND. */
Status cudaStatus(cudaError_t result, const char* doing);

/**
 * The error that has ended this process's context on the device, or success: asked of CUDA anew, since what the libraries
 * were told stays in runtimes of their own.
 */
cudaError_t lastingError();

/** Throws what a CUDA call answered, unless it is success. */
inline void check(cudaError_t result, const char* doing) { demand(cudaStatus(result, doing)); }

}  // namespace deep_inside
