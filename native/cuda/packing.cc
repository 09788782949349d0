#include "cuda/packing.h"

#include <cstring>

#include "kernels/channels.h"

namespace deep_inside {

namespace {

void reorderOnHost(const Planes& from, const Planes& to, const void* x, void* y) {
  const Images<const float> source{static_cast<const float*>(x), storedInImage(from)};
  const Reorder body{from, to, source, {static_cast<float*>(y), storedInImage(to)}};
  for (int64_t i = 0; i < channelRuns(to); ++i) body(i);
}

size_t denseBytes(const Tensor& like) { return static_cast<size_t>(elementsOf(like.shape)) * bytesOf(like.dtype); }

}  // namespace

void pack(const Tensor& like, const void* dense, void* lying) {
  if (like.block == 1) {
    std::memcpy(lying, dense, denseBytes(like));
  } else {
    reorderOnHost(Tensor::planesOf(like.shape, 1), like.planes(), dense, lying);
  }
}

void unpack(const Tensor& like, const void* lying, void* dense) {
  if (like.block == 1) {
    std::memcpy(dense, lying, denseBytes(like));
  } else {
    reorderOnHost(like.planes(), Tensor::planesOf(like.shape, 1), lying, dense);
  }
}

}  // namespace deep_inside
