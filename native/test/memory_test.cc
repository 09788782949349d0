#include "cpu/memory.h"

#include <unistd.h>

#include "core/status.h"
#include "cpu/memory_limits.h"
#include "test/harness.h"
#include "test/root.h"

using namespace deep_inside;
using deep_inside::test::Root;

TEST("without control groups there is no limit") {
  EXPECT(controlGroupLimit(Root().path()) == kNoLimit);
  EXPECT(controlGroupLimit(Root().with("/proc/self/cgroup", "0::/").path()) == kNoLimit);
}

TEST("version 2: the tightest of nested groups counts, and max is no limit") {
  Root root;
  root.with("/proc/self/cgroup", "0::/a/b/c").with("/sys/fs/cgroup/a/memory.max", "1000");
  root.with("/sys/fs/cgroup/a/b/memory.max", "500").with("/sys/fs/cgroup/a/b/c/memory.max", "max");
  EXPECT(controlGroupLimit(root.path()) == 500);
}

TEST("version 2: a container that does not see its group's path has its limit at the mount") {
  Root root;
  root.with("/proc/self/cgroup", "0::/docker/4711").with("/sys/fs/cgroup/memory.max", "700");
  EXPECT(controlGroupLimit(root.path()) == 700);
}

TEST("version 1: only the memory controller counts, with the groups above") {
  Root root;
  root.with("/proc/self/cgroup", "5:cpu,memory:/a/b\n4:pids:/p\n0::/");
  root.with("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "300");
  root.with("/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712");
  root.with("/sys/fs/cgroup/memory/p/memory.limit_in_bytes", "1");
  EXPECT(controlGroupLimit(root.path()) == 300);
}

TEST("the machine's memory is what is available and what this process has already") {
  Root root;
  root.with("/proc/meminfo", "MemTotal: 16 kB\nMemAvailable:    8 kB\nSwapFree: 9 kB");
  EXPECT(machineLimit(root.path()) == 8 * 1024);
  root.with("/proc/self/statm", "9 2 1");
  EXPECT(machineLimit(root.path()) == 8 * 1024 + residentMemory(root.path()));
  EXPECT(residentMemory(root.path()) == 2 * static_cast<size_t>(sysconf(_SC_PAGESIZE)));
  EXPECT(machineLimit() > size_t{1} << 20);
}

TEST("more than the machine has is refused, and leaves nothing behind") {
  const auto account = std::make_shared<MemoryAccount>();
  for (const size_t bytes : {machineLimit() * 2, kNoLimit / 2}) {
    try {
      allocateHost(bytes, Purpose::Tensor, account);
      EXPECT(!"granted");
    } catch (const Error& error) {
      EXPECT(error.status().code == Code::Memory);
    }
  }
  EXPECT(account->total() == 0);
}

TEST("what is mapped but not yet written counts: half of the machine twice is refused") {
  const auto account = std::make_shared<MemoryAccount>();
  const size_t most = machineLimit() / 3 * 2;
  const auto first = allocateHost(most, Purpose::Tensor, account);
  const Status second = caught([&] { allocateHost(most, Purpose::Tensor, account); });
  EXPECT(second.code == Code::Memory);
  EXPECT(account->total() == first->bytes());
}

TEST("memory is zero, whether it is mapped or not, and stays so when it is taken again") {
  const auto account = std::make_shared<MemoryAccount>();
  for (const size_t bytes : {size_t{4096}, size_t{1} << 17, size_t{1} << 21}) {
    for (int again = 0; again < 3; ++again) {
      const auto storage = allocateHost(bytes, Purpose::Tensor, account);
      auto* data = static_cast<unsigned char*>(storage->data());
      for (size_t i = 0; i < bytes; ++i) EXPECT(data[i] == 0);
      for (size_t i = 0; i < bytes; ++i) data[i] = 1;
    }
  }
}
