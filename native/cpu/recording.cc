#include "cpu/recording.h"

#include <omp.h>

namespace deep_inside {

namespace {

void runInOrder(const std::vector<Task>& strand, const std::function<bool()>& ended) {
  for (const Task& task : strand) {
    if (ended()) return;
    task();
  }
}

}  // namespace

void CpuRecording::run(const std::function<bool()>& ended) const {
  const auto count = static_cast<int>(strands_.size());
  if (count == 1) return runInOrder(strands_[0], ended);
  std::vector<Status> statuses(strands_.size());
#pragma omp parallel
  {
    omp_set_num_threads(1);  // of what this thread's operations ask for, until this region ends
#pragma omp for schedule(dynamic)
    for (int i = 0; i < count; ++i)
      statuses[static_cast<size_t>(i)] = caught([&] { runInOrder(strands_[static_cast<size_t>(i)], ended); });
  }
  for (const Status& status : statuses) demand(status);
}

}  // namespace deep_inside
