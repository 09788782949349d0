#pragma once

#include <cstddef>
#include <string>

#include "cuda/check.h"

// The part of the CUDA runtime, of cuDNN and of cuBLASLt that native/cuda calls, on the host: a stream is a thread that
// runs what it is given in order, device memory is the host's, a kernel launch is a loop over its body, and the libraries
// are plain loops that look closely at what they are told. So everything about the CUDA device but the machine code of
// kernels and what is inside of the libraries can be run, failed and checked for leaks on a machine without a GPU.
// What a test wants of it:

namespace deep_inside::test::fake {

/** As in a process that has just begun; the memory that a lost device kept goes, the rest is forgotten. */
void reset();

/** The call with this name fails once with a status of its library, after `before` calls that succeed. */
void fail(const char* call, int status, int before = 0);

/** The call with this name fails every time, until `reset`. */
void refuse(const char* call, int status);

/** From now on calls of a library with this name wait until `letGo`. */
void hold(const char* call);
/** Waits until one does. */
void awaitHeld();
void letGo();

/** From now on every call fails with `error`, as after a fault of a kernel, until `reset`. */
void poison(cudaError_t error);

/** Work that the call with this name put into a stream does so when it runs. */
void poisonIn(const char* call, cudaError_t error);

/** Bytes of device memory; default 4 GiB. */
void limitMemory(size_t bytes);

/** Loops run their calls from the last to the first, as a GPU may, or again from the first on. */
void runBackwards(bool backwards);

/** How often the call with this name was made. */
int calls(const char* call);

constexpr int kEveryAlgorithm = -1;
/** The workspace that a library's call wants, with one of its algorithms or each; default: some hundred bytes. */
void askFor(const char* call, size_t bytes, int algorithm = kEveryAlgorithm);

/** CUDA finds so many devices; default 1. */
void countDevices(int count);

/** The newest CUDA that the driver knows, as in CUDART_VERSION, which is the default; 0: there is no driver. */
void useDriver(int version);

/** Devices have this compute capability; default 9. */
void haveCapability(int major);

/** A part of cuDNN cannot be loaded; "" for none. */
void losePart(const std::string& name);

struct Alive {
  int streams, pools, blocks, pinned, events, graphs, executables, handles, descriptors;
  int total() const {
    return streams + pools + blocks + pinned + events + graphs + executables + handles + descriptors;
  }
};

Alive alive();

}  // namespace deep_inside::test::fake
