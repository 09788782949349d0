#include "test/cuda/fake/stream.h"

#include "cuda/launch.h"
#include "cuda/launch_blocks.h"

using namespace deep_inside::test::fake;

CUstream_st::CUstream_st() : thread_([this] { run(); }) {}

CUstream_st::~CUstream_st() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void CUstream_st::add(Work work) {
  if (capture) return capture->work.push_back(std::move(work));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(std::move(work));
  }
  wake_.notify_one();
}

void CUstream_st::run() {
  for (;;) {
    Work work;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [this] { return closed_ || !queue_.empty(); });
      if (queue_.empty()) return;
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
  }
}

namespace deep_inside::test::fake {

namespace {

/** Of a launch of blocks that wait for each other: threads. */
constexpr int kBlocksOnHost = 3;

/** Whether the work of a call may run; it may be what the device is lost by. */
bool mayRun(const char* call) {
  const std::lock_guard<std::mutex> lock(mutex);
  const auto poison = state.poisons.find(call);
  if (poison != state.poisons.end()) state.sticky = poison->second;
  return state.sticky == cudaSuccess;
}

}  // namespace

void enqueue(cudaStream_t stream, const char* call, Work work) {
  stream->add([call, work = std::move(work)] {
    if (mayRun(call)) work();
  });
}

cudaError_t notCapturing(cudaStream_t stream) {
  if (!stream->capture) return cudaSuccess;
  stream->spoilt = true;
  return answer(cudaErrorStreamCaptureUnsupported);
}

}  // namespace deep_inside::test::fake

void deep_inside::cuda::launchOnHost(cudaStream_t stream, int64_t calls, std::function<void(int64_t)> body,
                                     const char* doing) {
  check(entered("cudaLaunchKernel"), doing);
  bool backwards;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    backwards = state.backwards;
  }
  enqueue(stream, "cudaLaunchKernel", [calls, body = std::move(body), backwards] {
    for (int64_t i = 0; i < calls; ++i) body(backwards ? calls - 1 - i : i);
  });
}

void deep_inside::cuda::launchBlocksOnHost(cudaStream_t stream, BlocksOnHost run, const char* doing) {
  check(entered("cudaLaunchCooperativeKernel"), doing);
  tiles::LaneOrder order;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    order = state.backwards ? tiles::LaneOrder::Backward : tiles::LaneOrder::Forward;
  }
  enqueue(stream, "cudaLaunchCooperativeKernel", [run = std::move(run), order] { run(kBlocksOnHost, order); });
}

extern "C" {

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  if (const cudaError_t error = entered("cudaStreamCreateWithFlags")) return error;
  *stream = new CUstream_st;
  count(&Alive::streams, 1);
  return cudaSuccess;
}

/** CUDA's own returns at once; the rest of the work runs all the same. */
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  delete stream;
  count(&Alive::streams, -1);
  return cudaSuccess;
}

}  // extern "C"
