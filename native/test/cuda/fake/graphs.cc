#include "test/cuda/fake/stream.h"

// Events, captures and graphs of the CUDA runtime.

using namespace deep_inside::test::fake;

struct CUevent_st {
  std::mutex mutex;
  std::condition_variable reached;
  bool done = true;
};

struct CUgraphExec_st {
  std::vector<Work> work;
};

extern "C" {

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
  const std::lock_guard<std::mutex> also(mutex);
  return answer(state.sticky);
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
  enqueue(stream, "cudaGraphLaunch", [work = executable->work] {
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
