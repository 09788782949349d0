#pragma once

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "maxflow/tile_solve.h"

// Tiles on the CPU: a block is a thread, and its lanes are a loop. Devices have faster ways (sweeps.h); this one shows
// without a GPU what the other executor of the same source does.

namespace deep_inside::tiles {

/** In which order a block runs the lanes of a phase: it must not matter. */
enum class LaneOrder { Forward, Backward, Shuffled };

class Barrier {
 public:
  explicit Barrier(int threads) : threads_(threads) {}

  void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    const uint64_t generation = generation_;
    if (++arrived_ == threads_) {
      arrived_ = 0;
      ++generation_;
      all_.notify_all();
    } else {
      all_.wait(lock, [&] { return generation_ != generation; });
    }
  }

 private:
  const int threads_;
  int arrived_ = 0;
  uint64_t generation_ = 0;
  std::mutex mutex_;
  std::condition_variable all_;
};

using Lanes = std::array<int, kPixels>;

inline Lanes lanesIn(LaneOrder order) {
  Lanes lanes;
  for (int i = 0; i < kPixels; ++i) lanes[i] = order == LaneOrder::Backward ? kPixels - 1 - i : i;
  uint64_t state = 1;
  for (int i = kPixels - 1; order == LaneOrder::Shuffled && i > 0; --i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    std::swap(lanes[i], lanes[(state >> 33) % (i + 1)]);
  }
  return lanes;
}

class HostBlock {
 public:
  static constexpr int kSlots = kPixels;

  HostBlock(int index, int count, const Lanes& lanes, Barrier& barrier)
      : index_(index), count_(count), lanes_(lanes), barrier_(barrier) {}

  int index() const { return index_; }
  int count() const { return count_; }

  template <class Body>
  void each(const Body& body) {
    for (const int lane : lanes_) body(lane, lane);
  }
  template <class Body>
  bool any(const Body& body) {
    bool found = false;
    for (const int lane : lanes_) found |= body(lane, lane);
    return found;
  }
  template <class Body>
  void eachOf(int n, const Body& body) {
    for (const int lane : lanes_)
      if (lane < n) body(lane);
  }
  template <class Body>
  bool anyOf(int n, const Body& body) {
    bool found = false;
    for (const int lane : lanes_)
      if (lane < n) found |= body(lane);
    return found;
  }
  template <class Body>
  void once(const Body& body) {
    body();
  }
  void sync() {}
  void syncBlocks() { barrier_.wait(); }

 private:
  int index_, count_;
  const Lanes& lanes_;
  Barrier& barrier_;
};

/** `body(block)` in so many threads, each of which is a block. */
template <class Body>
void runBlocks(int threads, LaneOrder order, const Body& body) {
  const Lanes lanes = lanesIn(order);
  Barrier barrier(threads);
  const auto run = [&](int index) {
    HostBlock block(index, threads, lanes, barrier);
    body(block);
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(run, i);
  run(0);
  for (std::thread& other : others) other.join();
}

}  // namespace deep_inside::tiles
