#include "cpu/processor.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <set>
#include <thread>

#include "cpu/control_groups.h"
#include "cpu/placement.h"

namespace deep_inside {

namespace {

/** Processor time per time: "quota period" in one file (version 2) or in two; infinity for "max", -1 and no file. */
double shareOf(const std::string& quotaFile, const std::string& periodFile = "") {
  std::ifstream quotas(quotaFile), periods(periodFile);
  double quota = 0, period = 0;
  quotas >> quota;
  (periodFile.empty() ? quotas : periods) >> period;
  return quota > 0 && period > 0 ? quota / period : std::numeric_limits<double>::infinity();
}

int coresOfAffinity() {
  std::set<int> cores;
  for (const auto& [processor, core] : coresOfProcess()) cores.insert(core);
  if (!cores.empty()) return static_cast<int>(cores.size());
  const unsigned threads = std::thread::hardware_concurrency();
  return threads ? static_cast<int>(threads) : 1;
}

}  // namespace

int grantedProcessors(const std::string& root) {
  double least = std::numeric_limits<double>::infinity();
  for (const std::string& group : controlGroups("cpu", root)) {
    least = std::min(least, shareOf(group + "/cpu.max"));
    least = std::min(least, shareOf(group + "/cpu.cfs_quota_us", group + "/cpu.cfs_period_us"));
  }
  return std::isinf(least) ? 0 : std::max(1, static_cast<int>(std::min(least, 1e6)));
}

int physicalCores() {
  const int cores = coresOfAffinity(), granted = grantedProcessors();
  return granted ? std::min(cores, granted) : cores;
}

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(": ") + 2);
  }
  return "cpu";
}

}  // namespace deep_inside
