#include "cpu/placement.h"

#include <omp.h>
#include <sched.h>
#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <fstream>
#include <set>
#include <string>

namespace deep_inside {

std::vector<int> spread(const std::vector<int>& running, const Cores& cores) {
  std::set<int> idle;
  for (const auto& [processor, core] : cores) idle.insert(core);
  if (idle.size() < running.size()) return {};
  for (const int core : running) idle.erase(core);
  std::set<int> taken;
  std::vector<int> own;
  for (const int core : running) {
    if (taken.insert(core).second) {
      own.push_back(core);
    } else {
      own.push_back(*idle.begin());
      idle.erase(idle.begin());
    }
  }
  return own;
}

#ifdef __linux__

namespace {

/** The processor itself where the machine does not tell. */
int coreOf(int processor) {
  std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(processor) + "/topology/thread_siblings_list");
  int first = processor;
  return file >> first ? first : processor;
}

struct Thread {
  pid_t id;
  int processor;
};

std::vector<Thread> team(int size) {
  std::vector<Thread> threads(static_cast<size_t>(size));
#pragma omp parallel num_threads(size)
  threads[static_cast<size_t>(omp_get_thread_num())] = {static_cast<pid_t>(syscall(SYS_gettid)), sched_getcpu()};
  return threads;
}

}  // namespace

struct TeamApart::Bound {
  pid_t thread;
  cpu_set_t before;
};

Cores coresOfProcess() {
  Cores cores;
  cpu_set_t mask;
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) return cores;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor)
    if (CPU_ISSET(processor, &mask)) cores.emplace(processor, coreOf(processor));
  return cores;
}

TeamApart::TeamApart(int threads) {
  static const Cores cores = coresOfProcess();
  if (threads < 2) return;
  const std::vector<Thread> members = team(threads);
  std::vector<int> running;
  for (const Thread& thread : members) {
    const auto at = cores.find(thread.processor);
    running.push_back(at == cores.end() ? thread.processor : at->second);
  }
  const std::vector<int> own = spread(running, cores);
  for (size_t t = 0; t < own.size(); ++t) {
    Bound bound{members[t].id, {}};
    if (sched_getaffinity(bound.thread, sizeof bound.before, &bound.before) != 0) continue;
    cpu_set_t mask;
    CPU_ZERO(&mask);
    for (const auto& [processor, core] : cores)
      if (core == own[t] && CPU_ISSET(processor, &bound.before)) CPU_SET(processor, &mask);
    if (sched_setaffinity(bound.thread, sizeof mask, &mask) == 0) bound_.push_back(bound);
  }
  each_ = !own.empty() && bound_.size() == own.size();
}

TeamApart::~TeamApart() {
  for (const Bound& bound : bound_) sched_setaffinity(bound.thread, sizeof bound.before, &bound.before);
}

#else

struct TeamApart::Bound {};
Cores coresOfProcess() { return {}; }
TeamApart::TeamApart(int threads) : each_(threads <= omp_get_num_procs()) {}
TeamApart::~TeamApart() = default;

#endif

}  // namespace deep_inside
