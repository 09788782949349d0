#include "cuda/stream.h"

#include "cuda/check.h"

namespace deep_inside {

/** Memory that goes back to the pool at its place in the stream. */
class Stream::Block : public Storage {
 public:
  Block(void* data, size_t bytes, Purpose purpose, std::shared_ptr<MemoryAccount> account,
        std::shared_ptr<Stream> stream)
      : Storage(data, bytes, purpose, std::move(account)), stream_(std::move(stream)) {}
  ~Block() override { stream_->release(data()); }

 private:
  std::shared_ptr<Stream> stream_;
};

Stream::Stream(int index) : index_(index) {
  use();
  cudaMemPoolProps properties{};
  properties.allocType = cudaMemAllocationTypePinned;
  properties.location.type = cudaMemLocationTypeDevice;
  properties.location.id = index;
  check(cudaMemPoolCreate(&pool_.it, &properties), "creating a memory pool");
  // Without this the pool hands its memory back to the driver at every synchronisation.
  uint64_t keep = UINT64_MAX;
  check(cudaMemPoolSetAttribute(pool_.it, cudaMemPoolAttrReleaseThreshold, &keep), "setting up the memory pool");
  check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "creating a stream");
}

Stream::~Stream() {
  if (cudaSetDevice(index_) == cudaSuccess) cudaStreamDestroy(stream_);
}

void Stream::use() const { check(cudaSetDevice(index_), "choosing the device"); }

std::shared_ptr<Storage> Stream::allocate(size_t bytes, Purpose purpose,
                                          const std::shared_ptr<MemoryAccount>& account) {
  use();
  void* data = nullptr;
  const std::string doing = "allocating " + std::to_string(bytes) + " bytes";
  check(cudaMallocFromPoolAsync(&data, bytes ? bytes : 1, pool_.it, stream_), doing.c_str());
  auto block = std::make_shared<Block>(data, bytes, purpose, account, shared_from_this());
  check(cudaMemsetAsync(data, 0, bytes, stream_), "clearing memory");
  return block;
}

void Stream::release(void* data) noexcept {
  std::lock_guard<std::mutex> lock(mutex_);
  if (capturing_) {
    postponed_.push_back(data);
  } else if (cudaSetDevice(index_) == cudaSuccess) {
    cudaFreeAsync(data, stream_);
  }
}

void Stream::beginCapture() {
  use();
  std::lock_guard<std::mutex> lock(mutex_);
  // Relaxed: a library loads a kernel, and may allocate for it, when it is first called, which may be now.
  check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeRelaxed), "beginning a capture");
  capturing_ = true;
}

cudaGraphExec_t Stream::endCapture() {
  cudaSetDevice(index_);  // on a lost device the capture must end, too
  cudaGraph_t graph = nullptr;
  const cudaError_t ended = cudaStreamEndCapture(stream_, &graph);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    capturing_ = false;
    for (void* data : postponed_) cudaFreeAsync(data, stream_);
    postponed_.clear();
  }
  check(ended, "ending a capture");
  cudaGraphExec_t ready = nullptr;
  const cudaError_t made = cudaGraphInstantiate(&ready, graph, 0);
  cudaGraphDestroy(graph);
  check(made, "making a recording");
  return ready;
}

}  // namespace deep_inside
