#pragma once

#include <omp.h>
#include <sched.h>

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <cstdint>

#include "kernels/platform.h"
#include "maxflow/sweeps.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Rows [first, last) of the grid. */
struct RowRange {
  int64_t first, last;
};

/** What the threads of a team share; a thread's part lies in a cache line of its own. */
struct alignas(64) TeamSlot {
  int64_t values[2];
};
struct TeamShared {
  alignas(64) int arrived;
  alignas(64) int phase;
  int sleepers;
  TeamSlot* slots;  // [threads]
};

/**
 * A thread among those that solve one grid. They wait for each other some hundreds of times, each for microseconds, so they
 * look again and again for a while if they may. Who has looked long enough sleeps: the one that is
 * waited for may have lost its processor to other work, and would get it back later if all others kept theirs busy.
 * OpenMP's own barrier, as short as this library makes it wait awake, would put them to sleep every time.
 */
class TeamMember {
 public:
  /** Within a parallel region, by each of its threads. */
  TeamMember(TeamShared& shared, Waiting waiting)
      : shared_(shared),
        thread_(omp_get_thread_num()),
        size_(omp_get_num_threads()),
        looks_(waiting == Waiting::Awake ? kLooks : 0) {}

  int thread() const { return thread_; }
  int size() const { return size_; }

  /** All threads have come here, and see what the others have written. */
  void meet() {
    if (size_ == 1) return;
    const int before = __atomic_load_n(&shared_.phase, __ATOMIC_RELAXED);
    if (__atomic_add_fetch(&shared_.arrived, 1, __ATOMIC_ACQ_REL) == size_) {
      __atomic_store_n(&shared_.arrived, 0, __ATOMIC_RELAXED);
      // In one order with what sleepers do: either they see the new phase, or this sees that they sleep.
      __atomic_store_n(&shared_.phase, before + 1, __ATOMIC_SEQ_CST);
      if (__atomic_load_n(&shared_.sleepers, __ATOMIC_SEQ_CST) > 0) wakeAll();
      return;
    }
    for (int looks = 0; looks < looks_; ++looks) {
      if (__atomic_load_n(&shared_.phase, __ATOMIC_ACQUIRE) != before) return;
      pause();
    }
    __atomic_add_fetch(&shared_.sleepers, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&shared_.phase, __ATOMIC_SEQ_CST) == before) sleepIn(before);
    __atomic_sub_fetch(&shared_.sleepers, 1, __ATOMIC_RELAXED);
  }

  /** The sum of what all threads give; they meet for it. */
  int64_t sum(int64_t mine) {
    if (size_ == 1) return mine;
    // A slot is written again after another meeting, when everybody has read it.
    const int turn = ++sums_ & 1;
    shared_.slots[thread_].values[turn] = mine;
    meet();
    int64_t all = 0;
    for (int t = 0; t < size_; ++t) all += shared_.slots[t].values[turn];
    return all;
  }

  /** This thread's share of the rows; the shares of all threads are the grid. */
  RowRange share(int64_t rows) const { return {rows * thread_ / size_, rows * (thread_ + 1) / size_}; }

  /**
   * The same with about as much work for each thread, but no fewer than `kLeastRows` of the rows. `workIn(row)` must be the
   * same to all threads: they meet before it changes.
   */
  template <class WorkIn>
  RowRange fairShare(int64_t rows, const WorkIn& workIn) const {
    if (size_ == 1) return {0, rows};
    int64_t whole = 0, before = 0, row = 0;
    for (int64_t r = 0; r < rows; ++r) whole += workIn(r);
    RowRange mine{0, 0};
    for (int t = 0; t <= thread_; ++t) {
      while (row < rows && before * size_ < whole * (t + 1)) before += workIn(row++);
      const int64_t least = mine.last + kLeastRows, most = rows - kLeastRows * (size_ - 1 - t);
      mine = {mine.last, row > most ? most : row < least ? least : row};
    }
    if (thread_ == size_ - 1) mine.last = rows;
    return mine;
  }

  /**
   * The rows of a share whose neighbours are of the same share, so that what sweeps over them touches no other thread's.
   * With the borders between the shares shifted it leaves out other rows than without, if a share has `kLeastRows`.
   */
  RowRange inner(RowRange share, bool shifted) const {
    const int64_t shift = shifted ? 2 : 0;
    return {thread_ == 0 ? share.first : share.first + shift + 1,
            thread_ == size_ - 1 ? share.last : share.last + shift - 1};
  }
  static constexpr int64_t kLeastRows = 8;

 private:
  /** 40 to 160 us on x86, by the processor: longer than most turns differ, since to wake a thread takes as long. */
  static constexpr int kLooks = 4000;

  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");  // `yield` does nothing on most
#endif
  }

#if defined(__linux__)
  /** Until it is woken, unless the phase is another by now. */
  void sleepIn(int phase) { syscall(SYS_futex, &shared_.phase, FUTEX_WAIT_PRIVATE, phase, nullptr, nullptr, 0); }
  void wakeAll() { syscall(SYS_futex, &shared_.phase, FUTEX_WAKE_PRIVATE, size_, nullptr, nullptr, 0); }
#else
  void sleepIn(int) { sched_yield(); }
  void wakeAll() {}
#endif

  TeamShared& shared_;
  int thread_, size_, looks_, sums_ = 0;
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
