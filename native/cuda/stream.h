#pragma once

#include <cuda_runtime.h>

#include <memory>
#include <mutex>
#include <vector>

#include "core/memory.h"

namespace deep_inside {

/**
 * The in-order queue of a CUDA device and the memory that is given and taken at places in it. Everything that uses the
 * stream or its memory holds a share of it.
 */
class Stream : public std::enable_shared_from_this<Stream> {
 public:
  explicit Stream(int index);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  int index() const { return index_; }
  cudaStream_t get() const { return stream_; }
  /** Makes this stream's device the calling thread's current one. */
  void use() const;

  /** Zero-filled. */
  std::shared_ptr<Storage> allocate(size_t bytes, Purpose purpose, const std::shared_ptr<MemoryAccount>& account);

  bool capturing() const { return capturing_; }
  void beginCapture();
  /** What was captured, ready to run. Throws where an operation spoilt the capture. */
  cudaGraphExec_t endCapture();

 private:
  class Block;
  void release(void* data) noexcept;

  struct Pool {
    ~Pool() {
      if (it) cudaMemPoolDestroy(it);
    }
    cudaMemPool_t it = nullptr;
  };

  int index_;
  Pool pool_;  // goes after the stream, or alone where there is none
  cudaStream_t stream_ = nullptr;
  bool capturing_ = false;
  /** Freed while capturing: a release must not become a part of what is recorded. */
  std::vector<void*> postponed_;
  std::mutex mutex_;
};

}  // namespace deep_inside
