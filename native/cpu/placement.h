#pragma once

#include <map>
#include <vector>

namespace deep_inside {

/** Processors that a process may use, and the core that each belongs to: its first hardware thread. */
using Cores = std::map<int, int>;

Cores coresOfProcess();

/** A core for each thread, of which thread t runs on core running[t]: its own, where no thread before it has that, else
 * an idle one. Empty if there are too few cores. */
std::vector<int> spread(const std::vector<int>& running, const Cores& cores);

/**
 * While it lives, each thread of the calling thread's team keeps to a core of its own; then they are free again. A thread
 * that has slept may wake up on the processor of the one that wakes it. The two then wait for each other at every barrier,
 * for tens of milliseconds until the scheduler looks, which is longer than a small network takes. So it is on machines
 * whose processors share no cache, as most virtual ones say of theirs.
 */
class TeamApart {
 public:
  /** Of a team of so many threads. */
  explicit TeamApart(int threads);
  ~TeamApart();
  TeamApart(const TeamApart&) = delete;
  TeamApart& operator=(const TeamApart&) = delete;

  /** Whether each has. OpenMP does not know: to it a thread that is bound has one processor in all. */
  bool each() const { return each_; }

 private:
  struct Bound;
  std::vector<Bound> bound_;
  bool each_ = false;
};

}  // namespace deep_inside
