#pragma once

#include <cuda_runtime.h>

#include "core/tensor.h"
#include "kernels/relu_rule.h"

// Launchers of native/kernels/elementwise.h, one thread per element as it lies, channel padding included; each
// overwrites y or dx unless it says that it adds. Deterministic.

namespace deep_inside::cuda {

void relu(cudaStream_t stream, const Tensor& x, const Tensor& y);
void reluBackward(cudaStream_t stream, ReluRule rule, const Tensor& y, const Tensor& dy, const Tensor& dx);
void add(cudaStream_t stream, const Tensor& a, const Tensor& b, const Tensor& y);
void axpy(cudaStream_t stream, float alpha, const Tensor& x, const Tensor& y);  // adds
void fill(cudaStream_t stream, float value, const Tensor& y);

}  // namespace deep_inside::cuda
