#include "cuda/packing.h"

#include <cstring>

#include "kernels/channels.h"

namespace deep_inside {

void unpack(const Tensor& like, const void* lying, void* dense) {
  if (like.block == 1) {
    std::memcpy(dense, lying, static_cast<size_t>(elementsOf(like.shape)) * bytesOf(like.dtype));
    return;
  }
  const Planes from = like.planes(), to = Tensor::planesOf(like.shape, 1);
  const Images<const float> source{static_cast<const float*>(lying), storedInImage(from)};
  const Reorder body{from, to, source, {static_cast<float*>(dense), storedInImage(to)}};
  for (int64_t i = 0; i < channelRuns(to); ++i) body(i);
}

}  // namespace deep_inside
