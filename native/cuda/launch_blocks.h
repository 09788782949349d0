#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <functional>

#include "cuda/check.h"
#include "maxflow/tile_cut.h"
#ifdef __CUDACC__
#include <cooperative_groups.h>
#else
#include "maxflow/tile_host.h"
#endif

// The kernel of what blocks do together (maxflow/tile_work.h): all of them run at the same time, as many as fit onto the
// device. Without nvcc they are threads of the host.

namespace deep_inside::cuda {

#ifdef __CUDACC__

/** One pixel each: 64 registers hold all that a lane owns, those of 8 neighbours too. */
constexpr int kLanes = tiles::kPixels;

class CudaBlock {
 public:
  static constexpr int kSlots = tiles::kPixels / kLanes;

  __device__ int index() const { return static_cast<int>(blockIdx.x); }
  __device__ int count() const { return static_cast<int>(gridDim.x); }

  template <class Body>
  __device__ __forceinline__ void each(const Body& body) {
    DI_UNROLL
    for (int slot = 0; slot < kSlots; ++slot) body(slot * kLanes + lane(), slot);
    __syncthreads();
  }
  template <class Body>
  __device__ __forceinline__ bool any(const Body& body) {
    bool found = false;
    DI_UNROLL
    for (int slot = 0; slot < kSlots; ++slot) found |= body(slot * kLanes + lane(), slot);
    return __syncthreads_or(found);
  }
  template <class Body>
  __device__ __forceinline__ void eachOf(int n, const Body& body) {
    for (int i = lane(); i < n; i += kLanes) body(i);
    __syncthreads();
  }
  template <class Body>
  __device__ __forceinline__ bool anyOf(int n, const Body& body) {
    bool found = false;
    for (int i = lane(); i < n; i += kLanes) found |= body(i);
    return __syncthreads_or(found);
  }
  template <class Body>
  __device__ __forceinline__ void once(const Body& body) {
    if (lane() == 0) body();
  }
  __device__ __forceinline__ void sync() { __syncthreads(); }
  __device__ __forceinline__ void syncBlocks() { cooperative_groups::this_grid().sync(); }

 private:
  __device__ __forceinline__ static int lane() { return static_cast<int>(threadIdx.x); }
};

/** What all lanes read of the body stays in constant memory. */
template <class Body>
__global__ void __launch_bounds__(kLanes) blocksTogether(const __grid_constant__ Body body) {
  __shared__ typename Body::Shared shared;
  CudaBlock block;
  body(block, shared);
}

#else

/** How a launch runs on the host: in so many threads, each of which is a block. */
using BlocksOnHost = std::function<void(int threads, tiles::LaneOrder order)>;

/** Defined by whoever links these sources without nvcc. */
void launchBlocksOnHost(cudaStream_t stream, BlocksOnHost run, const char* doing);

#endif

/**
 * Enqueues body(block, shared) for no more than `most` blocks, which may wait for each other; `shared`, a Body::Shared of
 * no defined content, is a block's own. Throws what CUDA says of the launch.
 */
template <class Body>
void launchBlocks(cudaStream_t stream, int most, int multiprocessors, const Body& body, const char* doing) {
#ifdef __CUDACC__
  int each = 0;
  check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&each, blocksTogether<Body>, kLanes, 0), doing);
  const auto blocks = static_cast<unsigned>(std::min(most, each * multiprocessors));
  Body argument = body;
  void* arguments[] = {&argument};
  const auto* kernel = reinterpret_cast<const void*>(blocksTogether<Body>);
  check(cudaLaunchCooperativeKernel(kernel, blocks, kLanes, arguments, 0, stream), doing);
#else
  (void)most, (void)multiprocessors;
  launchBlocksOnHost(
      stream,
      [body](int threads, tiles::LaneOrder order) {
        tiles::runBlocks(threads, order, [&](tiles::HostBlock& block) {
          const auto shared = std::make_unique<typename Body::Shared>();
          body(block, *shared);
        });
      },
      doing);
#endif
}

}  // namespace deep_inside::cuda
