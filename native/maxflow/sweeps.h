#pragma once

#include <cstddef>

#include "maxflow/grid.h"

namespace deep_inside {

/** In what words the planes of a grid may lie. Nobody can tell by the result. */
enum class Words {
  Fitting,   // of 16 bits where these hold the instance, else of 32
  Of32Bits,  // for tests
};

/** How threads wait for each other. */
enum class Waiting {
  Awake,   // for a while, as each has a core of its own
  Asleep,  // so that another may run meanwhile
};

/** Threads of the caller's OpenMP team. */
struct Team {
  int threads;
  Waiting waiting;
};

/**
 * The minimum cut of a grid by push-relabel (Goldberg & Tarjan 1988), its first phase alone: a maximum preflow has the same
 * minimum cuts. Excess is pushed in sweeps over the rows, down and up, a vector register of pixels at a time; every few
 * sweeps all labels are made exact, which also retires the excess that cannot reach the sink.
 *
 * The functions for one instruction set (isa/sweeps.cc).
 */
struct SweepKernels {
  /** For grids of this size on up to so many threads. */
  size_t (*workspaceBytes)(int64_t rows, int64_t cols, int64_t neighbours, int threads);
  /**
   * Returns the flow, and writes `foreground` [rows, cols]: 1 or 0. Uses fewer threads than the team has where there are few
   * rows. `workspace` is aligned to 64 bytes; what it holds before doesn't matter.
   */
  int64_t (*solve)(const Grid& grid, Team team, Words words, void* workspace, uint8_t* foreground);
};

}  // namespace deep_inside
