#pragma once

#include "maxflow/tile_work.h"

// Exact global relabelling: the height of a pixel becomes its distance to the sink in the residual graph, or
// kUnreachable. Every tile first finds the distances along paths inside it; then, in passes, tiles whose neighbours'
// borders fell look at these again.
//
// Within a pass a tile may see a neighbour's border before or after that falls. It does not matter: heights only fall,
// and no lower than the distances; and what fell is looked at again in the next pass. So the passes end, at the same
// heights whatever was seen, and only their number depends on it.

namespace deep_inside::tiles {

/**
 * Jacobi steps of all pixels until none falls, from shared.height[0], whose rim, as that of height[1], is what is known
 * of the neighbours. The heights are in both in the end. `open` as in Memory. Whether anything fell.
 */
template <class Work>
DI_TILE bool relaxInside(Work& work, const uint8_t* open) {
  using Word = typename Work::Word;
  auto& shared = work.shared;
  bool falling = true;
  int steps = 0;
  for (; falling; ++steps) {
    const Word* from = shared.height[steps & 1];
    Word* to = shared.height[(steps + 1) & 1];
    falling = work.block.any([&](int pixel, int slot) {
      const int at = rimmed(pixelOf(pixel));
      Word low = kUnreachable<Word>;
      DI_UNROLL
      for (int k = 0; k < Work::D; ++k) {
        const Word there = from[at + rimmedStep<Work::D>(k)];
        low = least(low, (open[slot] >> k & 1) ? there : kUnreachable<Word>);
      }
      const Word height = from[at];
      // A label too many for the word: only words that cannot count all pixels have it.
      if (low == kUnreachable<Word> - 1 && height == kUnreachable<Word>) post(&work.memory.control->unfit, 1u);
      const bool falls = low < height - 1;
      to[at] = falls ? static_cast<Word>(low + 1) : height;
      return falls;
    });
  }
  return steps > 1;
}

/** The rim of both heights in shared memory. */
template <class Work, class Height>
DI_TILE void fillRim(Work& work, const Height& height) {
  work.block.eachOf(kRim, [&](int i) {
    const Pixel p = rimPixel(i);
    for (auto& plane : work.shared.height) plane[rimmed(p)] = height(p);
  });
}

/** Writes the heights of a tile, which its neighbours may be reading. */
template <class Work>
DI_TILE void postHeights(Work& work, const Tile& tile) {
  work.block.each([&](int pixel, int) {
    post(work.memory.height + work.memory.pixel(tile.index, pixel), work.shared.height[0][rimmed(pixelOf(pixel))]);
  });
}

/** Distances along paths inside a tile. Whether any pixel reaches the sink so; then its neighbours are woken. */
template <class Work>
DI_TILE bool startHeights(Work& work, const Tile& tile) {
  using Word = typename Work::Word;
  const auto& memory = work.memory;
  uint8_t open[Work::kSlots];
  fillRim(work, [](Pixel) { return kUnreachable<Word>; });
  const bool reaches = work.block.any([&](int pixel, int slot) {
    const size_t index = memory.pixel(tile.index, pixel);
    unsigned bits = 0;
    DI_UNROLL
    for (int k = 0; k < Work::D; ++k) bits |= (memory.residual[memory.edge(tile.index, k, pixel)] ? 1u : 0u) << k;
    memory.open[index] = open[slot] = static_cast<uint8_t>(bits);
    const bool toSink = memory.sink[index] != 0;
    work.shared.height[0][rimmed(pixelOf(pixel))] = toSink ? Word{1} : kUnreachable<Word>;
    return toSink;
  });
  if (reaches) relaxInside(work, open);
  postHeights(work, tile);
  if (reaches) work.wakeNeighbours(tile);
  return reaches;
}

/** Looks at the borders of the neighbours. Whether its own fell; then they are woken. */
template <class Work>
DI_TILE bool lowerHeights(Work& work, const Tile& tile) {
  using Word = typename Work::Word;
  const auto& memory = work.memory;
  auto& shared = work.shared;
  uint8_t open[Work::kSlots];
  Word before[Work::kSlots];
  fillRim(work, [&](Pixel p) {
    const Spot spot = spotOf(memory.tiling, tile, p);
    return spot.tile < 0 ? kUnreachable<Word> : peek(memory.height + memory.pixel(spot.tile, spot.pixel));
  });
  work.block.each([&](int pixel, int slot) {
    const size_t index = memory.pixel(tile.index, pixel);
    open[slot] = memory.open[index];
    shared.height[0][rimmed(pixelOf(pixel))] = before[slot] = memory.height[index];
  });
  if (!relaxInside(work, open)) return false;
  const bool fell = work.block.any([&](int pixel, int slot) {
    const Pixel p = pixelOf(pixel);
    return isOnRing(p) && shared.height[0][rimmed(p)] != before[slot];
  });
  postHeights(work, tile);
  if (fell) work.wakeNeighbours(tile);
  return fell;
}

template <class Work>
DI_TILE void relabel(Work& work) {
  ++work.relabels;
  ++work.pass;
  bool woke = false;
  work.eachOwnTile([&](const Tile& tile) { woke |= startHeights(work, tile); });
  while (work.any(woke)) {
    ++work.pass;
    woke = false;
    const uint32_t last = work.pass - 1;
    work.eachOwnTile([&](const Tile& tile) {
      if (work.memory.woken[last & 1][tile.index] == last) woke |= lowerHeights(work, tile);
    });
  }
}

}  // namespace deep_inside::tiles
