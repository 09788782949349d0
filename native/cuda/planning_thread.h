#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "cuda/descriptors.h"
#include "cuda/graph/convolution_engines.h"
#include "cuda/stream.h"

namespace deep_inside::cuda {

/**
 * A thread for plans that take long, since cuDNN compiles kernels for them: a second each. It begins with the first and
 * makes one after the other, as cuDNN (9.24) does in any case.
 */
class PlanningThread {
 public:
  /** With what it asks cuDNN: a handle that the thread which enqueues does not use, and what was found before. */
  struct Means {
    CudnnHandle cudnn;
    graph::EnginesByShape engines;
  };
  /** Called on the thread; the means are made at the first call of `means`, which throws what CUDA says. */
  using Task = std::function<void(const std::function<Means&()>& means)>;

  explicit PlanningThread(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
  /** Closes it and waits for the thread. */
  ~PlanningThread();

  void add(Task task);
  /** From any thread: `done` once the tasks before it are; at once where there were none. */
  void settle(const std::function<void()>& done);
  /** Forgets what has not begun. Does not wait. */
  void drop();

 private:
  void work();

  std::shared_ptr<Stream> stream_;
  std::deque<Task> tasks_;
  bool closed_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace deep_inside::cuda
