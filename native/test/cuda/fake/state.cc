#include "test/cuda/fake/state.h"

#include <condition_variable>
#include <cstdlib>

namespace deep_inside::test::fake {

// Never destroyed: at the process's end streams may still be at work, as a GPU may.
State& state = *new State;
std::mutex& mutex = *new std::mutex;
thread_local cudaError_t last = cudaSuccess;
thread_local int device = 0;

namespace {

std::condition_variable& changed = *new std::condition_variable;  // what is held, and what waits

}  // namespace

cudaError_t answer(cudaError_t error) {
  if (error != cudaSuccess) last = error;
  return error;
}

void waitWhileHeld(const char* call) {
  std::unique_lock<std::mutex> lock(mutex);
  if (state.held != call) return;
  ++state.waiting;
  changed.notify_all();
  changed.wait(lock, [] { return state.held.empty(); });
  --state.waiting;
}

int wantedOf(const char* call) {
  ++state.calls[call];
  const auto failure = state.failures.find(call);
  if (failure == state.failures.end() || failure->second.before-- > 0) return 0;
  const int status = failure->second.status;
  if (!failure->second.lasts) state.failures.erase(failure);
  return status;
}

cudaError_t entered(const char* call) {
  const std::lock_guard<std::mutex> lock(mutex);
  return answer(state.sticky != cudaSuccess ? state.sticky : static_cast<cudaError_t>(wantedOf(call)));
}

void count(int Alive::*kind, int change) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.alive.*kind += change;
}

size_t workspaceOf(const char* call, int algorithm, size_t usual) {
  const std::lock_guard<std::mutex> lock(mutex);
  for (const int of : {algorithm, kEveryAlgorithm}) {
    const auto wanted = state.workspaces.find({call, of});
    if (wanted != state.workspaces.end()) return wanted->second;
  }
  return usual;
}

void reset() {
  const std::lock_guard<std::mutex> lock(mutex);
  for (const auto& [data, bytes] : state.blocks) std::free(data);
  state = State{};
  last = cudaSuccess;
}

void fail(const char* call, int status, int before) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.failures[call] = {status, before, false};
}

void refuse(const char* call, int status) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.failures[call] = {status, 0, true};
}

void hold(const char* call) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.held = call;
}

void awaitHeld() {
  std::unique_lock<std::mutex> lock(mutex);
  changed.wait(lock, [] { return state.waiting > 0; });
}

void letGo() {
  const std::lock_guard<std::mutex> lock(mutex);
  state.held.clear();
  changed.notify_all();
}

void poison(cudaError_t error) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.sticky = error;
}

void poisonIn(const char* call, cudaError_t error) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.poisons[call] = error;
}

void limitMemory(size_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.limit = bytes;
}

void runBackwards(bool backwards) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.backwards = backwards;
}

int calls(const char* call) {
  const std::lock_guard<std::mutex> lock(mutex);
  return state.calls[call];
}

void askFor(const char* call, size_t bytes, int algorithm) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.workspaces[{call, algorithm}] = bytes;
}

void countDevices(int count) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.devices = count;
}

void haveCapability(int major) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.major = major;
}

void useDriver(int version) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.driver = version;
}

void losePart(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex);
  state.lostPart = name;
}

Alive alive() {
  const std::lock_guard<std::mutex> lock(mutex);
  return state.alive;
}

}  // namespace deep_inside::test::fake
