#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "test/cuda/fake/control.h"

// What the parts of the fake know of each other.

namespace deep_inside::test::fake {

struct Failure {
  int status;
  int before;
  bool lasts;
};

struct State {
  std::map<std::string, Failure> failures;
  std::map<std::string, cudaError_t> poisons;
  std::map<std::string, int> calls;
  std::map<std::pair<std::string, int>, size_t> workspaces;
  cudaError_t sticky = cudaSuccess;
  size_t limit = size_t{4} << 30, used = 0;
  std::map<void*, size_t> blocks;
  bool backwards = false;
  int devices = 1, driver = CUDART_VERSION, major = 9;
  std::string lostPart, held;
  int waiting = 0;
  Alive alive{};
};

extern State& state;
extern std::mutex& mutex;  // for all of it
/** What cudaGetLastError gives. */
extern thread_local cudaError_t last;
/** That this thread chose. */
extern thread_local int device;

/** Keeps what a call of the runtime answers. */
cudaError_t answer(cudaError_t error);
/** What a call of the runtime is to answer before it does anything. */
cudaError_t entered(const char* call);

/** As a test wants it of a call. */
void waitWhileHeld(const char* call);

/** Counts a call; the status that the test wants of it, or 0. With `mutex` held. */
int wantedOf(const char* call);

/**
 * What a call of a library is to answer before it does anything: what the test wants, `lost` where the device is. What
 * CUDA told it stays in a runtime of its own: cudaGetLastError knows nothing of it.
 */
template <class Result>
Result entered(const char* call, Result lost) {
  waitWhileHeld(call);
  const std::lock_guard<std::mutex> lock(mutex);
  return state.sticky == cudaSuccess ? static_cast<Result>(wantedOf(call)) : lost;
}

void count(int Alive::*kind, int change);

/** The bytes of workspace that the test wants a call to ask for, or `usual`. */
size_t workspaceOf(const char* call, int algorithm, size_t usual);

}  // namespace deep_inside::test::fake
