#pragma once

#include "maxflow/tile_solve.h"

namespace deep_inside::tiles {

/** A cut to be made: what it is made of and where it goes (solve). `memory` as of cutBytes; none of it overlaps. */
struct Call {
  Grid grid;
  void* memory;
  uint8_t* foreground;
  int32_t* flow;
  Trace trace;
};

/** A call in words of one width: all that the blocks of a launch are given. */
template <class Word, int D>
struct Job {
  Call call;
  Memory<Word, D> memory;
};

/** Before the rest of the memory: not 0 where the words that were tried first are too narrow. */
constexpr size_t kVerdictBytes = 256;

/** Memory for whatever words a grid of this size takes. */
template <int D>
size_t cutBytes(int64_t rows, int64_t cols) {
  Carver carver(nullptr);
  const Memory<uint32_t, D> counted(tilingOf(rows, cols), carver);
  return kVerdictBytes + carver.used();
}

template <class Word, int D>
Job<Word, D> jobOf(const Call& call) {
  Carver carver(static_cast<char*>(call.memory) + kVerdictBytes);
  return {call, Memory<Word, D>(tilingOf(call.grid.rows, call.grid.cols), carver)};
}

template <class Word, int D, class Block>
DI_TILE bool solved(Block& block, Shared<Word, D>& shared, const Job<Word, D>& job) {
  Work<Block, Word, D> work(block, job.call.grid, job.memory, shared);
  return solve(work, job.call.foreground, job.call.flow, job.call.trace);
}

// Which words a grid takes is known only where its capacities are. So the narrow ones are tried, and after them, with no
// word to the host, the wide ones, which look whether it is still to do. The answer is the same (grid.h).

template <class Word, int D, class Block>
DI_TILE void tryToCut(Block& block, Shared<Word, D>& shared, const Job<Word, D>& job) {
  const bool fitted = solved(block, shared, job);
  if (block.index() == 0) block.once([&] { *static_cast<uint32_t*>(job.call.memory) = !fitted; });
}

template <class Word, int D, class Block>
DI_TILE void cutWhatDidNotFit(Block& block, Shared<Word, D>& shared, const Job<Word, D>& job) {
  if (*static_cast<const uint32_t*>(job.call.memory)) solved(block, shared, job);
}

}  // namespace deep_inside::tiles
