#pragma once

#include <cuda_runtime.h>

#include <vector>

#include "core/tensor.h"
#include "kernels/max_abs.h"

// Launchers of native/kernels/channels.h and max_abs.h. What lies alike in both tensors is copied by CUDA itself.

namespace deep_inside::cuda {

void concat(cudaStream_t stream, const std::vector<Tensor>& xs, const Tensor& y);
void split(cudaStream_t stream, const Tensor& dy, const std::vector<Tensor>& dxs);
void reorder(cudaStream_t stream, const Tensor& x, const Tensor& y);
/** `shift` may be null. */
void scaleShift(cudaStream_t stream, const Tensor& x, const Tensor& scale, const Tensor* shift, const Tensor& y);
/** `scale` may be null. One thread per pixel, 50,000 of a map; neighbours read neighbouring pixels of a few channels. */
void maxAbsOverChannels(cudaStream_t stream, const Tensor& x, const Tensor* scale, const Tensor& y,
                        MaxAbsResult result);

}  // namespace deep_inside::cuda
