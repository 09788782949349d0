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

/** Threads that look at an operand, and those that look at what they found. */
constexpr int64_t kLooks = 1 << 14, kLastLooks = 256;
/** Of `scratch`. */
constexpr size_t kLookScratchBytes = static_cast<size_t>(kLooks + 2 * kLastLooks) * sizeof(int64_t);

/** Notes in `found`, unless it holds one, the first value that is not finite of w (operand 1), else of b (operand 2). */
void lookForNotFinite(cudaStream_t stream, void* scratch, const Floats& w, const Floats& b, NotFinite* found);
/** y[0] ... y[x.count - 1] = x, if nothing is in `found`. */
void copyUnlessFound(cudaStream_t stream, const NotFinite* found, const Floats& x, float* y);
/** All outputs of a matrix, if nothing is in `found`. */
void takeUnlessFound(cudaStream_t stream, const NotFinite* found, const TakeOutputs& body);

}  // namespace deep_inside::cuda
