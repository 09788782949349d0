#pragma once

#include <omp.h>

#include <algorithm>
#include <memory>

#include "cpu/memory.h"

namespace deep_inside {

/**
 * Scratch memory of a device, as large as its largest plan needs. Operations run one at a time, so one area is enough;
 * strands need one for each thread. The plans own it together: it goes with the last of them.
 */
class Workspace {
 public:
  Workspace(std::shared_ptr<MemoryAccount> account, int areas) : account_(std::move(account)), areas_(areas) {}

  /** At plan time, on the worker. Where it throws, what was there before stays for the plans that use it. */
  void reserve(size_t bytes) {
    const size_t whole = (bytes + 63) / 64 * 64;
    if (whole <= areaBytes_) return;
    storage_ = allocateHost(whole * static_cast<size_t>(areas_), Purpose::Workspace, account_);
    areaBytes_ = whole;
  }
  /** In the area of the calling thread. */
  void* at(size_t offset) const {
    const size_t area = areas_ == 1 ? 0 : static_cast<size_t>(omp_get_thread_num());
    return static_cast<char*>(storage_->data()) + area * areaBytes_ + offset;
  }

 private:
  std::shared_ptr<MemoryAccount> account_;
  int areas_;
  size_t areaBytes_ = 0;
  std::shared_ptr<Storage> storage_;
};

}  // namespace deep_inside
