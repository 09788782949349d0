#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

#include "core/tensor.h"

namespace deep_inside {

/** Page-locked host memory: a copy to or from it never makes the caller wait. */
class Staging : public std::enable_shared_from_this<Staging> {
 public:
  ~Staging();

  /** At least `bytes`; returns here when the last share goes. */
  std::shared_ptr<void> take(size_t bytes);

 private:
  void giveBack(void* data, size_t bytes) noexcept;

  std::multimap<size_t, void*> free_;
  std::mutex mutex_;
};

}  // namespace deep_inside
