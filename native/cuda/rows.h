#pragma once

#include <cuda_runtime.h>

#include "core/tensor.h"
#include "kernels/rows_elements.h"

// Launchers of native/kernels/rows_elements.h over [n, classes]. Deterministic.

namespace deep_inside::cuda {

/** Rows that are handled at a time; a network's passes have at most 256, 32 images with 8 gradients each. */
constexpr int64_t kRowsAtOnce = 1024;
/** Of `scratch`, which each of these operations uses from its beginning: two numbers of every lane. */
constexpr size_t kRowScratchBytes = static_cast<size_t>(kRowsAtOnce * kRowLanes) * sizeof(Best);

void softmax(cudaStream_t stream, void* scratch, const Tensor& x, const Tensor& y);
void softmaxBackward(cudaStream_t stream, void* scratch, const Tensor& y, const Tensor& dy, const Tensor& dx);
void seed(cudaStream_t stream, void* scratch, const Tensor& scores, const Tensor& classes, const Tensor& dy);

}  // namespace deep_inside::cuda
