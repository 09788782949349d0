#include "cuda/filters.h"
#include "cuda/launch.h"

namespace deep_inside::cuda {

template <class W>
void packFilters(cudaStream_t stream, const Shape& shape, const float* w, W* y) {
  launch(stream, elementsOf(shape), PackFilters<W>{shape[1], shape[2] * shape[3], w, y}, "packing filters");
}

template void packFilters(cudaStream_t stream, const Shape& shape, const float* w, float* y);
template void packFilters(cudaStream_t stream, const Shape& shape, const float* w, BFloat16* y);

}  // namespace deep_inside::cuda
