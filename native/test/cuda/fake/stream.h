#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "test/cuda/fake/state.h"

namespace deep_inside::test::fake {

using Work = std::function<void()>;

}  // namespace deep_inside::test::fake

struct CUgraph_st {
  std::vector<deep_inside::test::fake::Work> work;
};

/** The order of its work is the order of the calls. Ends when all of it has run. */
struct CUstream_st {
  CUstream_st();
  ~CUstream_st();

  /** Into the capture, if there is one. */
  void add(deep_inside::test::fake::Work work);

  std::unique_ptr<CUgraph_st> capture;
  /** A call that a capture does not allow was made meanwhile. */
  bool spoilt = false;

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<deep_inside::test::fake::Work> queue_;
  bool closed_ = false;
  std::thread thread_;
};

namespace deep_inside::test::fake {

/** Puts what a call does into the stream or its capture; on a device that is lost it does not run. */
void enqueue(cudaStream_t stream, const char* call, Work work);

/** For calls that are no work of a stream, and that CUDA refuses while a stream captures. */
cudaError_t notCapturing(cudaStream_t stream);

}  // namespace deep_inside::test::fake
