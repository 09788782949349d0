#pragma once

#include "maxflow/tile_work.h"

namespace deep_inside::tiles {

/** The place of a tile's pixel in the grid. */
struct Place {
  int64_t row, col;

  DI_TILE Place(const Tile& tile, int pixel)
      : row(static_cast<int64_t>(tile.row) * kSide + pixel / kSide),
        col(static_cast<int64_t>(tile.col) * kSide + pixel % kSide) {}
  DI_TILE bool isIn(const Grid& grid) const { return row < grid.rows && col < grid.cols; }
  DI_TILE int64_t index(const Grid& grid) const { return row * grid.cols + col; }
};

template <int D>
DI_TILE uint32_t sumOfEdges(const Grid& grid, const Place& at) {
  uint32_t sum = 0;
  for (int k = 0; k < D; ++k) sum += edgeCapacity(grid, at.row, at.col, directionOf<D>(k));
  return sum;
}

/** `at` in the grid. */
template <int D>
DI_TILE Terminals terminalsAt(const Grid& grid, const Place& at) {
  const int64_t index = at.index(grid);
  return terminals(grid.source[index], grid.sink[index], sumOfEdges<D>(grid, at));
}

/** No stamp of an earlier grid, or of other words, that lay in the same memory, is left. */
template <class Work>
DI_TILE void clearStamps(Work& work) {
  const auto& memory = work.memory;
  work.eachOwnTile([&](const Tile& tile) {
    work.block.once([&] { memory.woken[0][tile.index] = memory.woken[1][tile.index] = memory.sent[tile.index] = 0; });
  });
  if (work.block.index() == 0) work.block.once([&] { *memory.control = Control{}; });
  work.block.syncBlocks();
}

/** Whether the words hold all that a pixel with this sum of edges may ever have: twice the sum and 1 (grid.h). */
template <class Word>
DI_TILE bool holds(uint32_t sum) {
  return sum <= (static_cast<Word>(-1) - 1u) / 2;
}

/** Capacities of a tile, as residuals: nothing flows but what goes straight from source to sink. Whether all fit. */
template <class Work>
DI_TILE bool fill(Work& work, const Tile& tile) {
  using Word = typename Work::Word;
  constexpr int D = Work::D;
  const auto& memory = work.memory;
  return !work.block.any([&](int pixel, int) {
    const Place at(tile, pixel);
    const bool exists = at.isIn(work.grid);
    const Terminals ends = exists ? terminalsAt<D>(work.grid, at) : Terminals{0, 0, 0};
    const size_t index = memory.pixel(tile.index, pixel);
    memory.excess[index] = static_cast<Word>(ends.excess);
    memory.sink[index] = static_cast<Word>(ends.sink);
    for (int k = 0; k < D; ++k) {
      const uint32_t edge = exists ? edgeCapacity(work.grid, at.row, at.col, directionOf<D>(k)) : 0;
      memory.residual[memory.edge(tile.index, k, pixel)] = static_cast<Word>(edge);
    }
    return exists && !holds<Word>(sumOfEdges<D>(work.grid, at));
  });
}

}  // namespace deep_inside::tiles
