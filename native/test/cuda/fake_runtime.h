#pragma once

#include <cstddef>

#include "cuda/check.h"

// The part of the CUDA runtime that native/cuda calls, on the host: a stream is a thread that runs what it is given in
// order, device memory is the host's, and a kernel launch is a loop over its body. So everything about the CUDA device
// but the machine code of kernels can be run, failed and checked for leaks on a machine without a GPU.

namespace deep_inside::test::fake {

/** As in a process that has just begun; what is still alive is forgotten. */
void reset();

/** The call with this name fails once with `error`, after `before` calls that succeed. */
void fail(const char* call, cudaError_t error, int before = 0);

/** From now on every call fails with `error`, as after a fault of a kernel, until `reset`. */
void poison(cudaError_t error);

/** Bytes of device memory; default 1 GiB. */
void limitMemory(size_t bytes);

/** Loops run their calls from the last to the first, as a GPU may, or again from the first on. */
void runBackwards(bool backwards);

struct Alive {
  int streams, pools, blocks, pinned, events, graphs, executables;
  int total() const { return streams + pools + blocks + pinned + events + graphs + executables; }
};

Alive alive();

}  // namespace deep_inside::test::fake
