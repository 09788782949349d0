#pragma once

#include <cuda_runtime.h>

#include "core/plans.h"
#include "maxflow/tile_result.h"

// The minimum cut of a grid by native/maxflow/tile*.h: a block takes a tile at a time, and all blocks of a launch run at
// the same time, so that they can wait for each other. No atomics on values; deterministic, every plane after every round.

namespace deep_inside::cuda {

/** What a cut of grids of one size takes: bytes of memory, and of the device the number of its multiprocessors. */
struct MaxFlowPlace {
  void* memory;
  int multiprocessors;
};

/** Of what `memory` must have. */
size_t maxFlowBytes(const GridGeometry& geometry);

/**
 * The bytes of foreground [rows, cols] and flow [2] are overwritten: Device::maxFlow. `trace` tells of every round, for
 * tests.
 */
void maxFlow(cudaStream_t stream, const MaxFlowPlace& place, const GridGeometry& geometry, const GridTensors& grid,
             const Tensor& foreground, const Tensor& flow, const tiles::Trace& trace);

}  // namespace deep_inside::cuda
