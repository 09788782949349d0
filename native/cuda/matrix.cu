#include "cuda/launch.h"
#include "cuda/matrix.h"

namespace deep_inside::cuda {

void takeOutputs(cudaStream_t stream, const WeightMatrix<float>& matrix, float* values, int64_t first, int64_t count,
                 const float* w) {
  const TakeOutputs body{matrix.features, first, count, matrix.step, w, values};
  launch(stream, takeCalls(matrix.features, count), body, "transposing weights");
}

void narrowRows(cudaStream_t stream, int64_t rows, int64_t columns, int64_t step, const float* from, BFloat16* to) {
  launch(stream, rows * step, NarrowRows{columns, step, from, to}, "rounding to bfloat16");
}

}  // namespace deep_inside::cuda
