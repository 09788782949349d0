#include "cpu/processor.h"

#include "test/harness.h"
#include "test/root.h"

using namespace deep_inside;
using deep_inside::test::Root;

TEST("without a quota of the control groups processor time is not limited") {
  EXPECT(grantedProcessors(Root().path()) == 0);
  Root root;
  root.with("/proc/self/cgroup", "0::/a").with("/sys/fs/cgroup/a/cpu.max", "max 100000");
  EXPECT(grantedProcessors(root.path()) == 0);
}

TEST("version 2: the tightest quota of nested groups counts, in whole processors") {
  Root root;
  root.with("/proc/self/cgroup", "0::/a/b").with("/sys/fs/cgroup/a/b/cpu.max", "800000 100000");
  root.with("/sys/fs/cgroup/a/cpu.max", "290000 100000");
  EXPECT(grantedProcessors(root.path()) == 2);
}

TEST("less than one processor is one") {
  Root root;
  root.with("/proc/self/cgroup", "0::/docker/4711").with("/sys/fs/cgroup/cpu.max", "5000 100000");
  EXPECT(grantedProcessors(root.path()) == 1);
}

TEST("version 1: quota and period lie in two files, and -1 is no limit") {
  Root root;
  root.with("/proc/self/cgroup", "4:cpu,cpuacct:/a/b\n0::/");
  root.with("/sys/fs/cgroup/cpu/a/b/cpu.cfs_quota_us", "-1").with("/sys/fs/cgroup/cpu/a/b/cpu.cfs_period_us", "100000");
  EXPECT(grantedProcessors(root.path()) == 0);
  root.with("/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "400000").with("/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000");
  EXPECT(grantedProcessors(root.path()) == 4);
}

TEST("there is at least one core") { EXPECT(physicalCores() >= 1); }
