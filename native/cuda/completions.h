#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "core/device.h"
#include "cuda/stream.h"

namespace deep_inside {

/** One thread that waits for places in the stream, so that nobody else has to. */
class Completions {
 public:
  explicit Completions(std::shared_ptr<Stream> stream);
  /** Closes it and waits for the thread. */
  ~Completions();

  /**
   * When all that is in the stream now has run: `then`, unless something failed, and `done`; either may be null. `used`
   * is memory that the stream uses until then.
   */
  void add(std::shared_ptr<void> used, std::function<void()> then, Completion done);
  /** Waits for what was added, then ends. */
  void close();
  /** Forgets what was added, but for its memory, which the stream still uses. Does not wait. */
  void drop();

 private:
  struct Entry {
    cudaEvent_t event;
    std::shared_ptr<void> used;
    std::function<void()> then;
    Completion done;
  };

  void work();
  void finish(Entry& entry);

  std::shared_ptr<Stream> stream_;
  std::deque<Entry> entries_;
  bool closed_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace deep_inside
