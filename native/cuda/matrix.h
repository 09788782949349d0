#pragma once

#include <cuda_runtime.h>

#include "kernels/weight_matrix.h"

// Launchers of native/kernels/weight_matrix.h and bfloat16.h.

namespace deep_inside::cuda {

/** Columns first ... first + count - 1 of `matrix`, at `values`, from w [count, features]. */
void takeOutputs(cudaStream_t stream, const WeightMatrix<float>& matrix, float* values, int64_t first, int64_t count,
                 const float* w);
/** `to` [rows][step] from `from` [rows, columns], 0 beyond the columns. */
void narrowRows(cudaStream_t stream, int64_t rows, int64_t columns, int64_t step, const float* from, BFloat16* to);

}  // namespace deep_inside::cuda
