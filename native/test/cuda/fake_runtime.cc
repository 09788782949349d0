#include "test/cuda/fake_runtime.h"

#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cuda/launch.h"

using Work = std::function<void()>;

struct CUmemPoolHandle_st {};

struct CUevent_st {
  std::mutex mutex;
  std::condition_variable reached;
  bool done = true;
};

struct CUgraph_st {
  std::vector<Work> work;
};

struct CUgraphExec_st {
  std::vector<Work> work;
};

/** The order of its work is the order of the calls. Ends when all of it has run. */
struct CUstream_st {
  CUstream_st() : thread([this] { run(); }) {}
  ~CUstream_st() {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      closed = true;
    }
    wake.notify_one();
    thread.join();
  }

  void add(Work work) {
    if (capture) return capture->work.push_back(std::move(work));
    {
      const std::lock_guard<std::mutex> lock(mutex);
      queue.push_back(std::move(work));
    }
    wake.notify_one();
  }

  void run() {
    for (;;) {
      Work work;
      {
        std::unique_lock<std::mutex> lock(mutex);
        wake.wait(lock, [this] { return closed || !queue.empty(); });
        if (queue.empty()) return;
        work = std::move(queue.front());
        queue.pop_front();
      }
      work();
    }
  }

  std::unique_ptr<CUgraph_st> capture;
  /** A call that a capture does not allow was made meanwhile. */
  bool spoilt = false;
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Work> queue;
  bool closed = false;
  std::thread thread;
};

namespace deep_inside::test::fake {

namespace {

struct Failure {
  cudaError_t error;
  int before;
};

struct State {
  std::map<std::string, Failure> failures;
  cudaError_t sticky = cudaSuccess;
  size_t limit = size_t{1} << 30, used = 0;
  std::map<void*, size_t> blocks;
  bool backwards = false;
  Alive alive{};
};

std::mutex mutex;
State state;
thread_local cudaError_t last = cudaSuccess;

cudaError_t answer(cudaError_t error) {
  if (error != cudaSuccess) last = error;
  return error;
}

/** What the call is to answer before it does anything. */
cudaError_t entered(const char* call) {
  const std::lock_guard<std::mutex> lock(mutex);
  if (state.sticky != cudaSuccess) return answer(state.sticky);
  const auto failure = state.failures.find(call);
  if (failure == state.failures.end() || failure->second.before-- > 0) return cudaSuccess;
  const cudaError_t error = failure->second.error;
  state.failures.erase(failure);
  return answer(error);
}

void count(int Alive::*kind, int change) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.alive.*kind += change;
}

/** For calls that are no work of a stream, and that CUDA refuses while a stream captures. */
cudaError_t notCapturing(cudaStream_t stream) {
  if (!stream->capture) return cudaSuccess;
  stream->spoilt = true;
  return answer(cudaErrorStreamCaptureUnsupported);
}

void release(void* data) {
  {
    const std::lock_guard<std::mutex> lock(mutex);
    const auto block = state.blocks.find(data);
    if (block == state.blocks.end()) std::abort();  // freed twice
    state.used -= block->second;
    state.blocks.erase(block);
    --state.alive.blocks;
  }
  std::free(data);
}

}  // namespace

void reset() {
  const std::lock_guard<std::mutex> lock(mutex);
  state = State{};
  last = cudaSuccess;
}

void fail(const char* call, cudaError_t error, int before) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.failures[call] = {error, before};
}

void poison(cudaError_t error) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.sticky = error;
}

void limitMemory(size_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.limit = bytes;
}

void runBackwards(bool backwards) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.backwards = backwards;
}

Alive alive() {
  const std::lock_guard<std::mutex> lock(mutex);
  return state.alive;
}

}  // namespace deep_inside::test::fake

using namespace deep_inside::test::fake;

void deep_inside::cuda::launchOnHost(cudaStream_t stream, int64_t calls, std::function<void(int64_t)> body,
                                     const char* doing) {
  check(entered("cudaLaunchKernel"), doing);
  bool backwards;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    backwards = state.backwards;
  }
  stream->add([calls, body = std::move(body), backwards] {
    for (int64_t i = 0; i < calls; ++i) body(backwards ? calls - 1 - i : i);
  });
}

extern "C" {

cudaError_t cudaGetLastError() {
  const cudaError_t error = last;
  const std::lock_guard<std::mutex> lock(mutex);
  last = state.sticky;
  return error;
}

cudaError_t cudaPeekAtLastError() { return last; }

const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaErrorMemoryAllocation: return "cudaErrorMemoryAllocation";
    case cudaErrorIllegalAddress: return "cudaErrorIllegalAddress";
    case cudaErrorStreamCaptureUnsupported: return "cudaErrorStreamCaptureUnsupported";
    case cudaErrorStreamCaptureInvalidated: return "cudaErrorStreamCaptureInvalidated";
    default: return "cudaErrorUnknown";
  }
}

const char* cudaGetErrorString(cudaError_t) { return "as the test wants it"; }

cudaError_t cudaSetDevice(int) { return entered("cudaSetDevice"); }

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {};
  std::strcpy(properties->name, "Host");
  return entered("cudaGetDeviceProperties");
}

cudaError_t cudaMemPoolCreate(cudaMemPool_t* pool, const cudaMemPoolProps*) {
  if (const cudaError_t error = entered("cudaMemPoolCreate")) return error;
  *pool = new CUmemPoolHandle_st;
  count(&Alive::pools, 1);
  return cudaSuccess;
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void*) {
  return entered("cudaMemPoolSetAttribute");
}

cudaError_t cudaMemPoolDestroy(cudaMemPool_t pool) {
  delete pool;
  count(&Alive::pools, -1);
  return cudaSuccess;
}

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

cudaError_t cudaMallocFromPoolAsync(void** data, size_t bytes, cudaMemPool_t, cudaStream_t stream) {
  if (const cudaError_t error = entered("cudaMallocFromPoolAsync")) return error;
  if (const cudaError_t error = notCapturing(stream)) return error;
  const std::lock_guard<std::mutex> lock(mutex);
  if (bytes > state.limit - state.used) return answer(cudaErrorMemoryAllocation);
  *data = std::malloc(bytes);
  std::memset(*data, 0xff, bytes);  // NaN: fresh memory holds what was there before
  state.used += bytes;
  state.blocks.emplace(*data, bytes);
  ++state.alive.blocks;
  return cudaSuccess;
}

cudaError_t cudaFreeAsync(void* data, cudaStream_t stream) {
  if (const cudaError_t error = notCapturing(stream)) return error;
  stream->add([data] { release(data); });
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* data, int value, size_t bytes, cudaStream_t stream) {
  if (const cudaError_t error = entered("cudaMemsetAsync")) return error;
  stream->add([=] { std::memset(data, value, bytes); });
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind, cudaStream_t stream) {
  if (const cudaError_t error = entered("cudaMemcpyAsync")) return error;
  stream->add([=] { std::memcpy(to, from, bytes); });
  return cudaSuccess;
}

cudaError_t cudaMemcpy2DAsync(void* to, size_t toPitch, const void* from, size_t fromPitch, size_t width, size_t height,
                              cudaMemcpyKind, cudaStream_t stream) {
  if (const cudaError_t error = entered("cudaMemcpy2DAsync")) return error;
  stream->add([=] {
    for (size_t row = 0; row < height; ++row)
      std::memcpy(static_cast<char*>(to) + row * toPitch, static_cast<const char*>(from) + row * fromPitch, width);
  });
  return cudaSuccess;
}

cudaError_t cudaMallocHost(void** data, size_t bytes) {
  if (const cudaError_t error = entered("cudaMallocHost")) return error;
  *data = std::malloc(bytes);
  count(&Alive::pinned, 1);
  return cudaSuccess;
}

cudaError_t cudaFreeHost(void* data) {
  std::free(data);
  count(&Alive::pinned, -1);
  return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  if (const cudaError_t error = entered("cudaEventCreateWithFlags")) return error;
  *event = new CUevent_st;
  count(&Alive::events, 1);
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  if (const cudaError_t error = entered("cudaEventRecord")) return error;
  if (const cudaError_t error = notCapturing(stream)) return error;
  {
    const std::lock_guard<std::mutex> lock(event->mutex);
    event->done = false;
  }
  stream->add([event] {
    const std::lock_guard<std::mutex> lock(event->mutex);
    event->done = true;
    event->reached.notify_all();
  });
  return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (const cudaError_t error = entered("cudaEventSynchronize")) return error;
  std::unique_lock<std::mutex> lock(event->mutex);
  event->reached.wait(lock, [event] { return event->done; });
  return cudaSuccess;
}

/** One that is still to be reached goes when it is, as CUDA says of its own. */
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  {
    std::unique_lock<std::mutex> lock(event->mutex);
    event->reached.wait(lock, [event] { return event->done; });
  }
  delete event;
  count(&Alive::events, -1);
  return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  if (const cudaError_t error = entered("cudaStreamBeginCapture")) return error;
  stream->capture = std::make_unique<CUgraph_st>();
  stream->spoilt = false;
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  const std::unique_ptr<CUgraph_st> captured = std::move(stream->capture);
  *graph = nullptr;
  if (const cudaError_t error = entered("cudaStreamEndCapture")) return error;
  if (stream->spoilt) return answer(cudaErrorStreamCaptureInvalidated);
  *graph = new CUgraph_st(*captured);
  count(&Alive::graphs, 1);
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long) {
  if (const cudaError_t error = entered("cudaGraphInstantiate")) return error;
  *executable = new CUgraphExec_st{graph->work};
  count(&Alive::executables, 1);
  return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  count(&Alive::graphs, -1);
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
  if (const cudaError_t error = entered("cudaGraphLaunch")) return error;
  stream->add([work = executable->work] {
    for (const Work& one : work) one();
  });
  return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  delete executable;
  count(&Alive::executables, -1);
  return cudaSuccess;
}

}  // extern "C"
