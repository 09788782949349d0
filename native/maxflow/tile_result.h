#pragma once

#include "maxflow/tile_start.h"

namespace deep_inside::tiles {

/** The sum over the tiles of what each gives, in every lane of block 0; to be called by all blocks. */
template <class Work, class OfTile>
DI_TILE uint64_t sumOverTiles(Work& work, const OfTile& ofTile) {
  const auto& memory = work.memory;
  work.eachOwnTile([&](const Tile& tile) {
    const uint64_t sum = ofTile(tile);
    work.block.once([&] { memory.sums[tile.index] = sum; });
  });
  work.block.syncBlocks();
  if (work.block.index() != 0) return 0;
  return work.sum([&](int first) {
    uint64_t sum = 0;
    for (int i = first; i < memory.tiling.count(); i += kPixels) sum += memory.sums[i];
    return sum;
  });
}

/** After an exact relabelling: 1 where a pixel cannot reach the sink, else 0; and what reached the sink, in two words. */
template <class Work>
DI_TILE void writeResult(Work& work, uint8_t* foreground, int32_t* flow) {
  const auto& memory = work.memory;
  const uint64_t whole = sumOverTiles(work, [&](const Tile& tile) {
    return work.sum([&](int pixel) -> uint64_t {
      const Place at(tile, pixel);
      if (!at.isIn(work.grid)) return 0;
      const size_t index = memory.pixel(tile.index, pixel);
      foreground[at.index(work.grid)] = memory.height[index] == kUnreachable<typename Work::Word>;
      const Terminals ends = terminalsAt<Work::D>(work.grid, at);
      return uint64_t{ends.through} + (ends.sink - memory.sink[index]);
    });
  });
  if (work.block.index() != 0) return;
  work.block.once([&] {
    flow[0] = static_cast<int32_t>(static_cast<uint32_t>(whole));
    flow[1] = static_cast<int32_t>(static_cast<uint32_t>(whole >> 32));
  });
}

/** Where hashes of all planes go, one for each round from the first on, as long as there is room; null: nowhere. */
struct Trace {
  uint64_t* hashes;
  uint32_t room;
};

DI_HD uint64_t mixed(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 29);
}

/** Of words of any width, since what fits in both is equal but for the label of what cannot reach the sink. */
template <class Work>
DI_TILE uint64_t hashOf(const Work& work, const Tile& tile, int pixel) {
  const auto& memory = work.memory;
  const size_t index = memory.pixel(tile.index, pixel);
  const auto height = memory.height[index];
  uint64_t hash = mixed(index, height == kUnreachable<typename Work::Word> ? kUnreachable<uint32_t> : height);
  hash = mixed(mixed(hash, memory.excess[index]), memory.sink[index]);
  for (int k = 0; k < Work::D; ++k) hash = mixed(hash, memory.residual[memory.edge(tile.index, k, pixel)]);
  return hash;
}

/** After a round, whose number is `work.round`. */
template <class Work>
DI_TILE void traceRound(Work& work, const Trace& trace) {
  if (!trace.hashes || work.round > trace.room) return;
  const uint64_t hash = sumOverTiles(
      work, [&](const Tile& tile) { return work.sum([&](int pixel) { return hashOf(work, tile, pixel); }); });
  if (work.block.index() == 0) work.block.once([&] { trace.hashes[work.round - 1] = hash; });
  work.block.syncBlocks();
}

}  // namespace deep_inside::tiles
