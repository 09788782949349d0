#include "cuda/staging.h"

#include "cuda/check.h"

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

}  // namespace deep_inside
