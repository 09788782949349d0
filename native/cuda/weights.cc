#include "cuda/weights.h"

#include "cuda/check.h"
#include "cuda/matrix.h"
#include "cuda/weight_update.h"

namespace deep_inside {

WeightMatrix<BFloat16> CudaWeights::narrowMatrix(const cuda::Handles& handles) {
  if (!narrow_) {
    const size_t bytes = static_cast<size_t>(floatsOf(shape())) * sizeof(BFloat16);
    narrow_ = handles.allocate(bytes, Purpose::Weights);
    refresh(handles.stream());
  }
  return as<BFloat16>(*narrow_);
}

void CudaWeights::take(cudaStream_t stream, int64_t first, int64_t count, const float* w) {
  if (isMatrix()) return cuda::takeOutputs(stream, matrix(), values(), first, count, w);
  const size_t bytes = static_cast<size_t>(count * row()) * sizeof(float);
  check(cudaMemcpyAsync(values() + first * row(), w, bytes, cudaMemcpyDeviceToDevice, stream), "copying weights");
}

void CudaWeights::update(cudaStream_t stream, const float* w, const float* b, const NotFinite* found) {
  const int64_t outputs = shape()[0];
  if (isMatrix()) {
    cuda::takeUnlessFound(stream, found, {row(), 0, outputs, matrix().step, w, values()});
  } else {
    cuda::copyUnlessFound(stream, found, {w, elementsOf(shape())}, values());
  }
  if (b) cuda::copyUnlessFound(stream, found, {b, outputs}, bias());
  refresh(stream);
}

void CudaWeights::refresh(cudaStream_t stream) const {
  filters_.refresh(stream, shape(), values());
  if (!narrow_) return;
  const int64_t step = matrix().step;
  cuda::narrowRows(stream, row(), step, step, values(), static_cast<BFloat16*>(narrow_->data()));
}

}  // namespace deep_inside
