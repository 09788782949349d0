#pragma once

#include <cuda_runtime.h>

#include "kernels/weight_matrix.h"
#include "kernels/weight_update.h"

// Launchers of native/kernels/weight_update.h. Deterministic.

namespace deep_inside::cuda {

/** An array of floats; no data: there is none. */
struct Floats {
  const float* data;
  int64_t count;
};

/**
 * Threads that look at an operand: with up to 16 loads each under way (nvcc keeps 13 to 16 of them for sm 90) about 3 MB,
 * what the largest GPUs read while they wait for one load. And those that look at what they found.
 */
constexpr int64_t kLooks = 60 << 10, kLastLooks = 256;
/** Of `scratch`: a round of each, behind the elements that the last ones found in either operand. */
constexpr size_t kLookScratchBytes =
    static_cast<size_t>(kLooks) * sizeof(int32_t) + static_cast<size_t>(2 * kLastLooks) * sizeof(int64_t);

/** Notes in `found`, unless it holds one, the first value that is not finite of w (operand 1), else of b (operand 2). */
void lookForNotFinite(cudaStream_t stream, void* scratch, const Floats& w, const Floats& b, NotFinite* found);
/** y[0] ... y[x.count - 1] = x, if nothing is in `found`. */
void copyUnlessFound(cudaStream_t stream, const NotFinite* found, const Floats& x, float* y);
/** All outputs of a matrix, if nothing is in `found`. */
void takeUnlessFound(cudaStream_t stream, const NotFinite* found, const TakeOutputs& body);

}  // namespace deep_inside::cuda
