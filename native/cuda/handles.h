#pragma once

#include <memory>
#include <mutex>

#include "cuda/convolution_ways.h"
#include "cuda/descriptors.h"
#include "cuda/stream.h"

namespace deep_inside::cuda {

/**
 * Scratch memory of a device, as large as its largest plan needs: operations run one at a time. The plans own it
 * together, and it goes with the last of them; a recording keeps the block that it was recorded with.
 */
class Workspace {
 public:
  Workspace(std::shared_ptr<Stream> stream, std::shared_ptr<MemoryAccount> account)
      : stream_(std::move(stream)), account_(std::move(account)) {}

  /** At plan time. Where it throws, what was there before stays for the plans that use it. */
  void reserve(size_t bytes);
  /** Null where no plan needs any. */
  const std::shared_ptr<Storage>& block() const { return block_; }
  /** Aligned to 256 bytes if `offset` is. */
  void* at(size_t offset) const { return block_ ? static_cast<char*>(block_->data()) + offset : nullptr; }

 private:
  std::shared_ptr<Stream> stream_;
  std::shared_ptr<MemoryAccount> account_;
  std::shared_ptr<Storage> block_;
};

/** A device's handles of cuDNN and cuBLASLt, bound to its stream; for one thread. Creating them takes a while. */
class Handles {
 public:
  Handles(std::shared_ptr<Stream> stream, std::shared_ptr<MemoryAccount> account);
  ~Handles();

  cudaStream_t stream() const { return stream_->get(); }
  cudnnHandle_t cudnn() const { return cudnn_.get(); }
  cublasLtHandle_t cublasLt() const { return cublasLt_.get(); }
  /** From any thread; its memory is of the thread that enqueues. */
  std::shared_ptr<Workspace> workspace();
  /** For what is made at plan time. Zero-filled; throws ERR_MEMORY. */
  std::shared_ptr<Storage> allocate(size_t bytes, Purpose purpose) const {
    return stream_->allocate(bytes, purpose, account_);
  }
  /** What convolutions can be planned for. */
  const Capabilities& has() const { return has_; }

 private:
  std::shared_ptr<Stream> stream_;  // before the handles, which use it
  std::shared_ptr<MemoryAccount> account_;
  CudnnHandle cudnn_;
  CublasLtHandle cublasLt_;
  Capabilities has_{0, cudnnCompiles()};
  std::mutex mutex_;
  std::weak_ptr<Workspace> workspace_;
};

}  // namespace deep_inside::cuda
