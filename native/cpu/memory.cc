#include "cpu/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>

#include "core/status.h"
#include "cpu/kept_blocks.h"
#include "cpu/memory_limits.h"

#if defined(__SANITIZE_ADDRESS__)
#define DEEP_INSIDE_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DEEP_INSIDE_SANITIZED
#endif
#endif

namespace deep_inside {

namespace {

constexpr size_t kAlignment = 64;
/**
 * From here on pages are mapped directly: the kernel takes them back at once, and hands them out zeroed to whoever touches
 * them first. To clear them here would take JavaScript's thread half a millisecond a megabyte.
 */
constexpr size_t kMapped = size_t{1} << 16;
/** From here on it is asked first whether there is so much memory, which takes 20 us. */
constexpr size_t kLarge = size_t{1} << 20;

/** Of all devices together; pages count from their mapping on, although they are taken when they are first written. */
std::atomic<size_t> mapped{0};

[[noreturn]] void refuse(size_t bytes) {
  throw Error(Code::Memory, "cpu: cannot allocate " + std::to_string(bytes) +
                                " bytes; use a smaller batch, or dispose of what is no longer needed");
}

void unmap(void* data, size_t bytes) {
  munmap(data, bytes);
  mapped -= bytes;
}

/**
 * Of all devices together; little of what a container has. It stays when the process ends, since their threads may give
 * back until then.
 */
KeptBlocks& kept() {
  static KeptBlocks& blocks = *new KeptBlocks(std::min(size_t{64} << 20, controlGroupLimit() / 16), unmap);
  return blocks;
}

/**
 * What becomes a tensor again has to be cleared, by JavaScript's thread, which more than this would hold up. Where
 * AddressSanitizer looks for blocks that are used after they were given back, none is taken again.
 */
bool isKept(size_t bytes, Purpose purpose) {
#ifdef DEEP_INSIDE_SANITIZED
  return false;
#endif
  return bytes >= kMapped && (purpose == Purpose::Workspace || bytes <= size_t{4} << 20);
}

bool isThere(size_t bytes) {
  static const size_t group = controlGroupLimit(), others = residentMemory();  // JS's heap, host copies of weights, ...
  const size_t limit = std::min(group, machineLimit());
  return bytes <= limit && mapped + others <= limit - bytes && bytes <= spareAddressSpace();
}

/** More than there is would be granted by overcommit and end in the kill of the process. */
void demandMemory(size_t bytes) {
  if (isThere(bytes)) return;
  kept().empty();
  if (!isThere(bytes)) refuse(bytes);
}

void* map(size_t bytes) {
  if (bytes >= kLarge) demandMemory(bytes);
  const auto mapping = [&] { return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); };
  void* data = mapping();
  if (data == MAP_FAILED) {
    kept().empty();
    data = mapping();
  }
  if (data == MAP_FAILED) refuse(bytes);
#ifdef MADV_HUGEPAGE
  if (bytes >= kLarge) madvise(data, bytes, MADV_HUGEPAGE);
#endif
  mapped += bytes;
  return data;
}

void* take(size_t bytes, Purpose purpose) {
  void* again = isKept(bytes, purpose) ? kept().take(bytes) : nullptr;
  if (!again && bytes >= kMapped) return map(bytes);
  void* data = again ? again : std::aligned_alloc(kAlignment, bytes);
  if (!data) refuse(bytes);
  return purpose == Purpose::Workspace ? data : std::memset(data, 0, bytes);
}

void giveBack(void* data, size_t bytes, Purpose purpose) {
  if (bytes < kMapped) return std::free(data);
  if (isKept(bytes, purpose)) return kept().keep(data, bytes);
  unmap(data, bytes);
}

class HostStorage : public Storage {
 public:
  HostStorage(size_t bytes, Purpose purpose, const std::shared_ptr<MemoryAccount>& account)
      : Storage(take(bytes, purpose), bytes, purpose, account), purpose_(purpose) {}
  ~HostStorage() override { giveBack(data(), bytes(), purpose_); }

 private:
  Purpose purpose_;
};

}  // namespace

std::shared_ptr<Storage> allocateHost(size_t bytes, Purpose purpose, const std::shared_ptr<MemoryAccount>& account) {
  const size_t lines = std::max<size_t>(1, (bytes + kAlignment - 1) / kAlignment);
  return std::make_shared<HostStorage>(lines * kAlignment, purpose, account);
}

}  // namespace deep_inside
