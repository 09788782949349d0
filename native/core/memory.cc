#include "core/memory.h"

#include <utility>

namespace deep_inside {

void MemoryAccount::add(Purpose purpose, size_t bytes) {
  bytes_[static_cast<int>(purpose)] += bytes;
  size_t now = total();
  size_t peak = peak_;
  while (now > peak && !peak_.compare_exchange_weak(peak, now)) {
  }
}

void MemoryAccount::subtract(Purpose purpose, size_t bytes) { bytes_[static_cast<int>(purpose)] -= bytes; }

Storage::Storage(void* data, size_t bytes, Purpose purpose, std::shared_ptr<MemoryAccount> account)
    : data_(data), bytes_(bytes), purpose_(purpose), account_(std::move(account)) {
  account_->add(purpose_, bytes_);
}

Storage::~Storage() { account_->subtract(purpose_, bytes_); }

}  // namespace deep_inside
