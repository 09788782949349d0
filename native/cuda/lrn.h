#pragma once

#include <cuda_runtime.h>

#include "core/plans.h"

// Launchers of native/kernels/lrn_elements.h, one thread per element of what each overwrites. Deterministic.

namespace deep_inside::cuda {

void lrn(cudaStream_t stream, const Lrn& lrn, const Tensor& x, const Tensor& y);
void lrnBackward(cudaStream_t stream, const Lrn& lrn, const Tensor& x, const Tensor& dy, const Tensor& dx);

}  // namespace deep_inside::cuda
