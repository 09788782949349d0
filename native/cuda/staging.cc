#include "cuda/staging.h"

#include <cstring>

#include "cuda/check.h"
#include "kernels/channels.h"

namespace deep_inside {

Staging::~Staging() {
  for (const auto& [bytes, data] : free_) cudaFreeHost(data);
}

std::shared_ptr<void> Staging::take(size_t bytes) {
  void* data = nullptr;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto fitting = free_.lower_bound(bytes);
    // A block of twice the size is better left for who needs it.
    if (fitting != free_.end() && fitting->first <= 2 * bytes) {
      data = fitting->second;
      bytes = fitting->first;
      free_.erase(fitting);
    }
  }
  if (!data) check(cudaMallocHost(&data, bytes ? bytes : 1), "allocating page-locked memory");
  return {data, [self = shared_from_this(), bytes](void* it) { self->giveBack(it, bytes); }};
}

void Staging::giveBack(void* data, size_t bytes) noexcept {
  std::lock_guard<std::mutex> lock(mutex_);
  free_.emplace(bytes, data);
}

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
