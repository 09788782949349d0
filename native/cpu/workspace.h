#pragma once

#include <algorithm>
#include <memory>

#include "cpu/memory.h"

namespace deep_inside {

/**
 * Scratch memory of a device, as large as its largest plan needs; operations run one at a time, so one is enough. The
 * plans own it together: it goes with the last of them.
 */
class Workspace {
 public:
  explicit Workspace(std::shared_ptr<MemoryAccount> account) : account_(std::move(account)) {}

  /** At plan time, on the worker. Where it throws, what was there before stays for the plans that use it. */
  void reserve(size_t bytes) {
    if (storage_ && storage_->bytes() >= bytes) return;
    storage_ = allocateHost(bytes, Purpose::Workspace, account_);
  }
  void* at(size_t offset) const { return static_cast<char*>(storage_->data()) + offset; }

 private:
  std::shared_ptr<MemoryAccount> account_;
  std::shared_ptr<Storage> storage_;
};

}  // namespace deep_inside
