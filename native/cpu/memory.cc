#include "cpu/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "core/status.h"

namespace deep_inside {

namespace {

constexpr size_t kAlignment = 64;
/** From here on pages are mapped directly: the kernel hands them out zeroed and takes them back at once. */
constexpr size_t kMapped = size_t{1} << 20;

class HostStorage : public Storage {
 public:
  using Storage::Storage;
  ~HostStorage() override {
    if (bytes() >= kMapped) {
      munmap(data(), bytes());
    } else {
      std::free(data());
    }
  }
};

[[noreturn]] void refuse(size_t bytes) {
  throw Error(Code::Memory, "cpu: cannot allocate " + std::to_string(bytes) +
                                " bytes; use a smaller batch, or dispose of what is no longer needed");
}

/** Of the machine, or of the container where that has less. */
size_t memoryLimit() {
  static const size_t limit = [] {
    const auto physical = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
    size_t container = physical;
    std::ifstream("/sys/fs/cgroup/memory.max") >> container;  // "max" leaves 0
    return container ? std::min(physical, container) : physical;
  }();
  return limit;
}

void* map(size_t bytes, size_t held) {
  // More than there is would be granted by overcommit and end in the kill of the process.
  if (bytes > memoryLimit() || held > memoryLimit() - bytes) refuse(bytes);
  void* data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) refuse(bytes);
#ifdef MADV_HUGEPAGE
  madvise(data, bytes, MADV_HUGEPAGE);
#endif
  return data;
}

}  // namespace

std::shared_ptr<Storage> allocateHost(size_t bytes, Purpose purpose, const std::shared_ptr<MemoryAccount>& account) {
  const size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (rounded >= kMapped)
    return std::make_shared<HostStorage>(map(rounded, account->total()), rounded, purpose, account);
  const size_t size = rounded ? rounded : kAlignment;
  void* data = std::aligned_alloc(kAlignment, size);
  if (!data) refuse(size);
  std::memset(data, 0, size);
  return std::make_shared<HostStorage>(data, size, purpose, account);
}

}  // namespace deep_inside
