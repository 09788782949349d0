#include "cpu/placement.h"

#include <omp.h>
#ifdef __linux__
#include <sched.h>
#endif

#include <set>

#include "test/harness.h"

using namespace deep_inside;

namespace {

/** Four cores of two hardware threads each, numbered as Linux does on most machines. */
const Cores kCores = {{0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 0}, {5, 1}, {6, 2}, {7, 3}};

}  // namespace

TEST("threads on cores of their own stay there") {
  EXPECT((spread({3, 1}, kCores) == std::vector<int>{3, 1}));
  EXPECT((spread({2, 0, 1, 3}, kCores) == std::vector<int>{2, 0, 1, 3}));
}

TEST("threads that share a core move to idle ones, but for the first of them") {
  EXPECT((spread({1, 1}, kCores) == std::vector<int>{1, 0}));
  EXPECT((spread({0, 0, 0, 2}, kCores) == std::vector<int>{0, 1, 3, 2}));
}

TEST("more threads than cores are left to the scheduler, and so is what runs outside of the known cores") {
  EXPECT(spread({0, 0, 0, 0, 0}, kCores).empty());
  EXPECT(spread({0}, {}).empty());
}

#ifdef __linux__
TEST("a team runs apart, each thread on one core, and is as free as before afterwards") {
  const Cores cores = coresOfProcess();
  std::set<int> all;
  for (const auto& [processor, core] : cores) all.insert(core);
  if (all.size() < 2) return;
  omp_set_num_threads(2);
  const auto inTeam = [](auto ask) {
    std::vector<int> answers(2);
#pragma omp parallel num_threads(2)
    answers[static_cast<size_t>(omp_get_thread_num())] = ask();
    return answers;
  };
  const auto choices = [] {
    cpu_set_t mask;
    return sched_getaffinity(0, sizeof mask, &mask) == 0 ? CPU_COUNT(&mask) : -1;
  };
  const std::vector<int> before = inTeam(choices);
  {
    const TeamApart apart(2);
    EXPECT(apart.each());
    const std::vector<int> at = inTeam(sched_getcpu);
    EXPECT(cores.at(at[0]) != cores.at(at[1]));
    EXPECT(inTeam(choices)[1] < static_cast<int>(cores.size()));
  }
  EXPECT(inTeam(choices) == before);
}

TEST("a team of more threads than cores does not run apart") {
  EXPECT(!TeamApart(static_cast<int>(coresOfProcess().size()) + 1).each());
}
#endif
