#pragma once

#include "maxflow/tile_work.h"

// What crosses the borders of tiles, in two phases with a sync of all blocks between: heights stay as they are in both,
// so that no edge is pushed through from both sides, and a tile writes nothing but its own memory.

namespace deep_inside::tiles {

/** Pushes excess of an active tile's ring down over the border, into its outbox. */
template <class Work>
DI_TILE void send(Work& work, const Tile& tile) {
  using Word = typename Work::Word;
  constexpr int D = Work::D;
  const auto& memory = work.memory;
  work.block.eachOf(kRing, [&](int i) {
    const Pixel p = ringPixel(i);
    const int pixel = p.row * kSide + p.col;
    const size_t index = memory.pixel(tile.index, pixel);
    const Word height = memory.height[index];
    Word excess = height == kUnreachable<Word> ? Word{0} : memory.excess[index];
    const Word before = excess;
    for (int k = 0; k < D; ++k) {
      const Pixel to = neighbour<D>(p, k);
      if (isInside(to)) continue;
      const Spot spot = spotOf(memory.tiling, tile, to);
      Word& residual = memory.residual[memory.edge(tile.index, k, pixel)];
      Word flow = 0;
      if (excess && spot.tile >= 0 && memory.height[memory.pixel(spot.tile, spot.pixel)] + 1u == height)
        flow = least(excess, residual);
      memory.outbox[memory.box(tile.index, k, boxSlot(p, to))] = flow;
      if (!flow) continue;
      excess = static_cast<Word>(excess - flow);
      residual = static_cast<Word>(residual - flow);
    }
    if (excess != before) memory.excess[index] = excess;
  });
  work.block.once([&] { memory.sent[tile.index] = work.round; });
}

/** The flow in direction k that a pixel in another tile has sent; an outbox of an earlier round has been emptied. */
template <class Work>
DI_TILE typename Work::Word sentFrom(const Work& work, const Spot& spot, int k) {
  const auto& memory = work.memory;
  if (memory.sent[spot.tile] != work.round) return 0;
  const Pixel from = pixelOf(spot.pixel);
  return memory.outbox[memory.box(spot.tile, k, boxSlot(from, neighbour<Work::D>(from, k)))];
}

template <class Work>
DI_TILE bool neighbourSent(const Work& work, const Tile& tile) {
  bool sent = false;
  for (int row = tile.row - 1; row <= tile.row + 1; ++row)
    for (int col = tile.col - 1; col <= tile.col + 1; ++col) {
      if (row < 0 || row >= work.memory.tiling.rows || col < 0 || col >= work.memory.tiling.cols) continue;
      sent |= work.memory.sent[row * work.memory.tiling.cols + col] == work.round;
    }
  return sent;
}

/**
 * Takes what was sent to a tile and bounds what relabelling may do to its ring: no higher than 1 above any pixel beyond
 * the border that something is left of the edge to. Heights there only rise until the bound is used, and nothing crosses
 * the border, so labels stay valid. Whether anything came.
 */
template <class Work>
DI_TILE bool receive(Work& work, const Tile& tile) {
  using Word = typename Work::Word;
  constexpr int D = Work::D;
  const auto& memory = work.memory;
  return work.block.anyOf(kRing, [&](int i) {
    const Pixel p = ringPixel(i);
    const int pixel = p.row * kSide + p.col;
    const size_t index = memory.pixel(tile.index, pixel);
    Word excess = memory.excess[index], low = kUnreachable<Word>;
    bool came = false;
    for (int k = 0; k < D; ++k) {
      const Pixel from = neighbour<D>(p, k);
      if (isInside(from)) continue;
      const Spot spot = spotOf(memory.tiling, tile, from);
      if (spot.tile < 0) continue;
      Word& residual = memory.residual[memory.edge(tile.index, k, pixel)];
      const Word flow = sentFrom(work, spot, back<D>(k));
      if (flow) {
        excess = static_cast<Word>(excess + flow);
        residual = static_cast<Word>(residual + flow);
        came = true;
      }
      if (residual) low = least(low, memory.height[memory.pixel(spot.tile, spot.pixel)]);
    }
    if (came) memory.excess[index] = excess;
    if (low == kUnreachable<Word> - 1) post(&memory.control->unfit, 1u);
    memory.bound[index] = low == kUnreachable<Word> ? low : static_cast<Word>(low + 1);
    return came;
  });
}

}  // namespace deep_inside::tiles
