#pragma once

#include <cstddef>
#include <mutex>

namespace deep_inside {

/**
 * Blocks of mapped memory that were given back, for who takes one of the same size next. Pages that are touched for the
 * first time cost a fault each: for all that a cut of a photograph takes as long as the cut itself, on virtual machines
 * several times as long.
 */
class KeptBlocks {
 public:
  /** At most so many bytes together. `unmap` is what happens to blocks in the end. */
  KeptBlocks(size_t most, void (*unmap)(void*, size_t)) : most_(most), unmap_(unmap) {}
  ~KeptBlocks() { empty(); }
  KeptBlocks(const KeptBlocks&) = delete;
  KeptBlocks& operator=(const KeptBlocks&) = delete;

  /** Null where there is none of this size. What it holds is what was last written. */
  void* take(size_t bytes);
  /** The oldest are unmapped for it where they would be too much together. */
  void keep(void* data, size_t bytes);
  void empty();

 private:
  static constexpr int kMostBlocks = 32;
  struct Block {
    void* data;
    size_t bytes;
  };

  void remove(int place);

  size_t most_;
  void (*unmap_)(void*, size_t);
  std::mutex mutex_;
  Block blocks_[kMostBlocks];  // oldest first
  int count_ = 0;
  size_t bytes_ = 0;
};

}  // namespace deep_inside
