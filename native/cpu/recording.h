#pragma once

#include <functional>
#include <vector>

#include "core/device.h"

namespace deep_inside {

using Task = std::function<void()>;

/** What each strand does, in order. */
class CpuRecording : public Recording {
 public:
  explicit CpuRecording(std::vector<std::vector<Task>> strands) : strands_(std::move(strands)) {}

  /**
   * One strand has all threads of the worker. Several run side by side, each on one thread, whichever is free. Between
   * two operations `ended` tells whether to leave out the rest.
   */
  void run(const std::function<bool()>& ended) const;

 private:
  std::vector<std::vector<Task>> strands_;
};

}  // namespace deep_inside
