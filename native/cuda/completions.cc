#include "cuda/completions.h"

#include <utility>

#include "cuda/check.h"

namespace deep_inside {

Completions::Completions(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {
  thread_ = std::thread([this] { work(); });
}

Completions::~Completions() {
  close();
  if (thread_.joinable()) thread_.join();
}

void Completions::add(std::shared_ptr<void> used, std::function<void()> then, Completion done) {
  cudaEvent_t event = nullptr;
  check(cudaEventCreateWithFlags(&event, cudaEventBlockingSync | cudaEventDisableTiming), "creating an event");
  const cudaError_t recorded = cudaEventRecord(event, stream_->get());
  if (recorded != cudaSuccess) cudaEventDestroy(event);
  check(recorded, "recording an event");
  {
    std::lock_guard<std::mutex> lock(mutex_);
    entries_.push_back({event, std::move(used), std::move(then), std::move(done)});
  }
  wake_.notify_one();
}

void Completions::close() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
  }
  wake_.notify_one();
}

void Completions::drop() {
  std::lock_guard<std::mutex> lock(mutex_);
  for (Entry& entry : entries_) entry.then = nullptr, entry.done = nullptr;
}

void Completions::work() {
  cudaSetDevice(stream_->index());
  for (;;) {
    Entry entry{};
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [this] { return closed_ || !entries_.empty(); });
      if (entries_.empty()) return;
      entry = std::move(entries_.front());
      entries_.pop_front();
    }
    finish(entry);
  }
}

void Completions::finish(Entry& entry) {
  Status status = cudaStatus(cudaEventSynchronize(entry.event), "running what was queued");
  cudaEventDestroy(entry.event);
  if (status.ok() && entry.then) status = caught(entry.then);
  entry.then = nullptr;
  entry.used = nullptr;  // goes back before anybody hears of it
  if (entry.done) entry.done(status);
}

}  // namespace deep_inside
