#pragma once

#include "maxflow/tile_pulses.h"
#include "maxflow/tile_relabel.h"
#include "maxflow/tile_result.h"
#include "maxflow/tile_ring.h"
#include "maxflow/tile_start.h"

// The minimum cut of a grid by push-relabel in tiles: the first phase of push-relabel alone, since a maximum preflow has the
// same cut (grid.h). But for heights while they are made exact (tile_relabel.h), no phase reads what another lane or block
// writes in it, so that all planes after each round are the same for any number of blocks, any order of lanes, and on the
// CPU and CUDA.

namespace deep_inside::tiles {

/**
 * Choice: pulses of a tile a round, and rounds a relabelling. By counts on photographs 16 pulses, or 8 rounds, come to about
 * as much; a GPU is to decide (docs/gpu-status.md).
 */
constexpr int kPulses = 8;
constexpr uint32_t kRounds = 4;
/**
 * A round takes excess kPulses + 1 pixels far at most. Where some has farther to go than this many pixels for each round
 * between two relabellings, there are twice as many rounds; so the longest corridor needs few relabellings.
 */
constexpr uint32_t kFarther = 64;

/** What excess crosses borders, and then what it does within tiles. Whether any may go on. */
template <class Work>
DI_TILE bool playRound(Work& work) {
  const auto& memory = work.memory;
  ++work.round;
  work.eachOwnTile([&](const Tile& tile) {
    if (memory.active[tile.index]) send(work, tile);
  });
  work.block.syncBlocks();
  work.eachOwnTile([&](const Tile& tile) {
    const bool active = memory.active[tile.index];
    const bool busy = active || neighbourSent(work, tile) ? receive(work, tile) || active : false;
    work.block.once([&] { memory.busy[tile.index] = busy; });
  });
  work.block.syncBlocks();
  bool active = false;
  work.eachOwnTile([&](const Tile& tile) {
    if (memory.busy[tile.index]) active |= discharge(work, tile, kPulses);
  });
  return work.any(active);
}

/** Marks the tiles with excess that reaches the sink. Whether there is any, and any with farther than this to go. */
template <class Work>
DI_TILE auto markActive(Work& work, uint32_t distance) {
  const auto& memory = work.memory;
  bool active = false, far = false;
  work.eachOwnTile([&](const Tile& tile) {
    const auto hasExcessAbove = [&](uint32_t least) {
      return work.block.any([&](int pixel, int) {
        const size_t index = memory.pixel(tile.index, pixel);
        const auto height = memory.height[index];
        return memory.excess[index] && height != kUnreachable<typename Work::Word> && height > least;
      });
    };
    const bool here = hasExcessAbove(0);
    active |= here;
    far |= here && hasExcessAbove(distance);
    work.block.once([&] { memory.active[tile.index] = here; });
  });
  return work.any(active, far);
}

/** Whether every capacity of the grid, and all that may come of it, fits into the words. */
template <class Work>
DI_TILE bool begin(Work& work) {
  clearStamps(work);
  bool fits = true;
  work.eachOwnTile([&](const Tile& tile) { fits &= fill(work, tile); });
  return !work.any(!fits);
}

/** Block 0 tells how much work it was. */
template <class Work>
DI_TILE void report(Work& work) {
  if (work.block.index() != 0) return;
  work.block.once([&] {
    Control& control = *work.memory.control;
    control.rounds = work.round;
    control.relabels = work.relabels;
    control.passes = work.pass;
  });
}

/**
 * Cuts `work.grid` by all blocks together: foreground [rows, cols], 1 where a pixel cannot reach the sink, else 0; the flow
 * in two words, the low one first. False, the same in all blocks, where the words are too narrow: then both are to be
 * found in wider ones. Ends with every input, since 32 bits are wide enough.
 */
template <class Work>
DI_TILE bool solve(Work& work, uint8_t* foreground, int32_t* flow, const Trace& trace) {
  if (!begin(work)) return false;
  for (uint32_t rounds = kRounds;;) {
    relabel(work);
    // No block writes it before all have come to the next sync.
    if (peek(&work.memory.control->unfit)) return false;
    const auto left = markActive(work, rounds * kFarther);
    if (!left.first) break;
    rounds = left.second ? 2 * rounds : rounds > kRounds ? rounds / 2 : kRounds;
    bool active = true;
    for (uint32_t i = 0; i < rounds && active; ++i) {
      active = playRound(work);
      traceRound(work, trace);
    }
  }
  report(work);
  writeResult(work, foreground, flow);
  return true;
}

}  // namespace deep_inside::tiles
