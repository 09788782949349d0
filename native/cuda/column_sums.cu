#include "cuda/column_sums.h"
#include "cuda/launch.h"
#include "kernels/column_sums.h"

namespace deep_inside::cuda {

void sumColumns(cudaStream_t stream, int64_t rows, int64_t columns, const float* x, float* y) {
  launch(stream, columns, ColumnSums{rows, columns, x, y}, "launching the sums of columns");
}

}  // namespace deep_inside::cuda
