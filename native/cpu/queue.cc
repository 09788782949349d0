#include "cpu/queue.h"

#include <utility>

namespace deep_inside {

Queue::Queue(Task onStart) {
  push({Kind::Always, std::move(onStart), nullptr});
  worker_ = std::thread([this] { work(); });
}

Queue::~Queue() {
  close();
  if (worker_.joinable()) worker_.join();
}

void Queue::run(Task task) { push({Kind::Operation, std::move(task), nullptr}); }
void Queue::report(Task task, Completion done) { push({Kind::Report, std::move(task), std::move(done)}); }
void Queue::always(Task task) { push({Kind::Always, std::move(task), nullptr}); }

void Queue::push(Entry entry) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    entry.number = ++pushed_;
    entries_.push_back(std::move(entry));
  }
  wake_.notify_one();
}

void Queue::acknowledgeFault(uint64_t fault) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (fault_ && fault_->fault == fault && faultEnd_ == kEndless) faultEnd_ = pushed_;
}

bool Queue::idle() {
  std::lock_guard<std::mutex> lock(mutex_);
  return done_ == pushed_;
}

void Queue::close() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
  }
  wake_.notify_one();
}

void Queue::drop() {
  dropped_ = true;
  std::deque<Entry> forgotten;  // goes after the lock
  std::lock_guard<std::mutex> lock(mutex_);
  forgotten.swap(entries_);
}

void Queue::work() {
  for (;;) {
    Entry entry;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [this] { return closed_ || !entries_.empty(); });
      if (entries_.empty()) return;
      entry = std::move(entries_.front());
      entries_.pop_front();
    }
    const Status status = execute(entry);
    entry.task = nullptr;  // storage goes back before anybody hears of it
    {
      std::lock_guard<std::mutex> lock(mutex_);
      done_ = entry.number;
    }
    if (entry.done) entry.done(status);
  }
}

Status Queue::execute(Entry& entry) {
  if (entry.kind == Kind::Always) {
    entry.task();
    return {};
  }
  std::optional<Status> fault = faultFor(entry.number);
  if (!fault) {
    Status status = caught(entry.task);
    if (!status.ok()) {
      std::lock_guard<std::mutex> lock(mutex_);
      status.fault = ++faults_;
      fault = fault_ = std::move(status);
      faultEnd_ = kEndless;
    }
  }
  return fault.value_or(Status{});
}

std::optional<Status> Queue::faultFor(uint64_t number) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (fault_ && number > faultEnd_) fault_.reset();
  return fault_;
}

}  // namespace deep_inside
