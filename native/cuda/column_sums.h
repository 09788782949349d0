#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace deep_inside::cuda {

/** y[c] = sum over n of x[n, c], in the order of n, one thread a column; x is [rows, columns]. Overwrites y. */
void sumColumns(cudaStream_t stream, int64_t rows, int64_t columns, const float* x, float* y);

}  // namespace deep_inside::cuda
