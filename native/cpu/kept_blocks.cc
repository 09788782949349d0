#include "cpu/kept_blocks.h"

#include <algorithm>

namespace deep_inside {

void* KeptBlocks::take(size_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (int i = count_ - 1; i >= 0; --i) {
    if (blocks_[i].bytes != bytes) continue;
    void* data = blocks_[i].data;
    remove(i);
    return data;
  }
  return nullptr;
}

void KeptBlocks::keep(void* data, size_t bytes) {
  if (bytes > most_) return unmap_(data, bytes);
  Block gone[kMostBlocks];
  int count = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    while (count_ == kMostBlocks || bytes_ + bytes > most_) {
      gone[count++] = blocks_[0];
      remove(0);
    }
    blocks_[count_++] = {data, bytes};
    bytes_ += bytes;
  }
  // Takes milliseconds, for which nobody who takes a block should wait.
  for (int i = 0; i < count; ++i) unmap_(gone[i].data, gone[i].bytes);
}

void KeptBlocks::empty() {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (int i = 0; i < count_; ++i) unmap_(blocks_[i].data, blocks_[i].bytes);
  count_ = 0;
  bytes_ = 0;
}

void KeptBlocks::remove(int place) {
  bytes_ -= blocks_[place].bytes;
  std::copy(blocks_ + place + 1, blocks_ + count_, blocks_ + place);
  --count_;
}

}  // namespace deep_inside
