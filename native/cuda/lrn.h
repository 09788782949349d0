#pragma once

#include <cuda_runtime.h>

#include "core/plans.h"

// Launchers of native/kernels/lrn_elements.h, one thread per element of what each overwrites. Deterministic. Threads enough
// for a GPU (190,000 for one image of the paper's net), neighbours of which read neighbouring pixels. Backward each sums
// the windows of its window anew, 25 numbers for the usual size 5: they lie in the caches, and to keep normalisers would
// cost a launch and memory more. A window of 31 channels, the largest, costs 38 times as much; no published net has one.

namespace deep_inside::cuda {

void lrn(cudaStream_t stream, const Lrn& lrn, const Tensor& x, const Tensor& y);
void lrnBackward(cudaStream_t stream, const Lrn& lrn, const Tensor& x, const Tensor& dy, const Tensor& dx);

}  // namespace deep_inside::cuda
