#include "cuda/planning_thread.h"

namespace deep_inside::cuda {

PlanningThread::~PlanningThread() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void PlanningThread::add(Task task) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    // First: where there can be no thread, the task is the caller's alone.
    if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void PlanningThread::settle(const std::function<void()>& done) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!thread_.joinable()) return done();
    tasks_.push_back([done](const auto&) { done(); });
  }
  wake_.notify_one();
}

void PlanningThread::drop() {
  const std::lock_guard<std::mutex> lock(mutex_);
  tasks_.clear();
}

void PlanningThread::work() {
  std::optional<Means> means;
  const auto made = [&]() -> Means& {
    stream_->use();
    return means ? *means : means.emplace();
  };
  for (;;) {
    Task task;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [this] { return closed_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task(made);
  }
}

}  // namespace deep_inside::cuda
