#include "cuda/planner.h"

namespace deep_inside::cuda {

Planner::~Planner() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Planner::add(Task task) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back(std::move(task));
    if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  }
  wake_.notify_one();
}

void Planner::drop() {
  const std::lock_guard<std::mutex> lock(mutex_);
  tasks_.clear();
}

void Planner::work() {
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
