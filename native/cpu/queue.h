#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <optional>
#include <thread>

#include "cpu/recording.h"

namespace deep_inside {

/**
 * The in-order queue of a CPU device: one worker thread runs tasks in the order of the calls. A task that throws is a
 * fault: the operations after it are skipped and the reports fail with it, until it is acknowledged.
 */
class Queue {
 public:
  /** `onStart` runs first, on the worker. */
  explicit Queue(Task onStart);
  /** Closes it and waits for the worker. */
  ~Queue();

  /** An operation: skipped while there is a fault. */
  void run(Task task);
  /** A read or sync: `task` is skipped while there is a fault; `done` hears of it. */
  void report(Task task, Completion done);
  /** Planning, and values of the host: runs in any case and handles its own errors. */
  void always(Task task);
  /** Once for each fault, which has its number from the status of a report. */
  void acknowledgeFault(uint64_t fault);

  /** Whether all that was queued has run, so that the caller may do the next thing itself. Of use to the only thread that queues. */
  bool idle();

  /** The worker ends once it has run what is queued. */
  void close();
  /** Forgets what is queued. Does not wait. */
  void drop();
  /** For a task of many parts: whether to leave out the rest. */
  bool dropped() const { return dropped_; }

 private:
  enum class Kind { Operation, Report, Always };
  struct Entry {
    Kind kind;
    Task task;
    Completion done;
    uint64_t number = 0;
  };

  void push(Entry entry);
  void work();
  Status execute(Entry& entry);
  std::optional<Status> faultFor(uint64_t number);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Entry> entries_;
  uint64_t pushed_ = 0, done_ = 0;
  bool closed_ = false;
  std::atomic<bool> dropped_{false};
  uint64_t faults_ = 0;
  std::optional<Status> fault_;
  /** Number of the last entry that the fault concerns; endless until it is acknowledged. */
  uint64_t faultEnd_ = 0;
  static constexpr uint64_t kEndless = std::numeric_limits<uint64_t>::max();
  std::thread worker_;
};

}  // namespace deep_inside
