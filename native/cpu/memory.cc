#include "cpu/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
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

size_t physicalBytes() {
  static const size_t bytes = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

void* map(size_t bytes) {
  // More than the machine has would be granted by overcommit and end in the kill of the process.
  if (bytes > physicalBytes()) refuse(bytes);
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
  if (rounded >= kMapped) return std::make_shared<HostStorage>(map(rounded), rounded, purpose, account);
  const size_t size = rounded ? rounded : kAlignment;
  void* data = std::aligned_alloc(kAlignment, size);
  if (!data) refuse(size);
  std::memset(data, 0, size);
  return std::make_shared<HostStorage>(data, size, purpose, account);
}

}  // namespace deep_inside
