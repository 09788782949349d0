#include "cuda/handles.h"

#include "cuda/check.h"

namespace deep_inside::cuda {

void Workspace::reserve(size_t bytes) {
  if (bytes == 0 || (block_ && bytes <= block_->bytes())) return;
  block_ = stream_->allocate(bytes, Purpose::Workspace, account_);
}

Handles::Handles(std::shared_ptr<Stream> stream, std::shared_ptr<MemoryAccount> account)
    : stream_(std::move(stream)), account_(std::move(account)) {
  check(cudaDeviceGetAttribute(&has_.major, cudaDevAttrComputeCapabilityMajor, stream_->index()),
        "asking for the compute capability");
  check(cudnnSetStream(cudnn_.get(), stream_->get()), "binding cuDNN to the stream");
}

// A handle goes where it came from; the thread may have turned to another device since.
Handles::~Handles() { cudaSetDevice(stream_->index()); }

std::shared_ptr<Workspace> Handles::workspace() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<Workspace> shared = workspace_.lock();
  if (!shared) {
    shared = std::make_shared<Workspace>(stream_, account_);
    workspace_ = shared;
  }
  return shared;
}

}  // namespace deep_inside::cuda
