#include "cpu/memory_limits.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "cpu/control_groups.h"

namespace deep_inside {

namespace {

size_t pageSize() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

/** The number that a file holds; kNoLimit for "max" or where there is no such file. */
size_t numberIn(const std::string& path) {
  std::ifstream file(path);
  size_t number = 0;
  return file >> number ? number : kNoLimit;
}

/** The line of /proc/meminfo that begins with `key`, in bytes; 0 where there is none. */
size_t memoryInfo(const std::string& root, const std::string& key) {
  std::ifstream file(root + "/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(key, 0) == 0) return std::stoull(line.substr(key.size())) * 1024;
  }
  return 0;
}

/** Pages of this process: the n-th number of /proc/self/statm (0 mapped, 1 resident), in bytes. */
size_t ownPages(const std::string& root, int n) {
  std::ifstream file(root + "/proc/self/statm");
  size_t pages = 0;
  for (int i = 0; i <= n; ++i) file >> pages;
  return pages * pageSize();
}

}  // namespace

size_t controlGroupLimit(const std::string& root) {
  size_t limit = kNoLimit;
  for (const std::string& group : controlGroups("memory", root)) {
    for (const char* file : {"/memory.max", "/memory.limit_in_bytes"}) limit = std::min(limit, numberIn(group + file));
  }
  return limit;
}

size_t residentMemory(const std::string& root) { return ownPages(root, 1); }

size_t machineLimit(const std::string& root) {
  const size_t available = memoryInfo(root, "MemAvailable:");
  if (available) return available + residentMemory(root);
  return static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * pageSize();
}

size_t spareAddressSpace() {
  constexpr size_t kKept = size_t{64} << 20;
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kNoLimit;
  const size_t taken = ownPages("", 0) + kKept;
  return limit.rlim_cur > taken ? limit.rlim_cur - taken : 0;
}

}  // namespace deep_inside
