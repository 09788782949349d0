#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <functional>

#include "cuda/check.h"

// The only kernel: everything that it calls is a body of native/kernels. Without nvcc the same sources run their bodies
// on the host, so that a test can link them with a CUDA runtime of its own.

namespace deep_inside::cuda {

#ifdef __CUDACC__

constexpr int kThreads = 256;
/** More blocks than any GPU runs at a time; each thread strides over the rest. */
constexpr int64_t kMostBlocks = 16384;

template <class Body>
__global__ void eachCall(int64_t calls, Body body) {
  const int64_t step = static_cast<int64_t>(gridDim.x) * kThreads;
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x; i < calls; i += step) body(i);
}

#else

/** Defined by whoever links these sources without nvcc: body(i) for 0 <= i < calls, in any order. */
void launchOnHost(cudaStream_t stream, int64_t calls, std::function<void(int64_t)> body, const char* doing);

#endif

/** Enqueues body(i) for 0 <= i < calls, at the same time and in no order. Throws what CUDA says of the launch. */
template <class Body>
void launch(cudaStream_t stream, int64_t calls, const Body& body, const char* doing) {
  if (calls == 0) return;
#ifdef __CUDACC__
  const int64_t blocks = std::min((calls + kThreads - 1) / kThreads, kMostBlocks);
  eachCall<<<static_cast<unsigned>(blocks), kThreads, 0, stream>>>(calls, body);
  check(cudaGetLastError(), doing);
#else
  launchOnHost(stream, calls, body, doing);
#endif
}

}  // namespace deep_inside::cuda
