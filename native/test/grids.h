#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "maxflow/grid.h"

// Grids to cut, what a cut costs, and the minimum cut of a small one by looking at all cuts.

namespace deep_inside::test {

/** So many times fewer grids are enough under ThreadSanitizer, where each takes as much longer. */
#if defined(__SANITIZE_THREAD__)
constexpr int kSlowdown = 10;
#elif defined(__has_feature)
constexpr int kSlowdown = __has_feature(thread_sanitizer) ? 10 : 1;
#else
constexpr int kSlowdown = 1;
#endif

/** splitmix64 (Steele, Lea & Flood 2014). */
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  /** From 0 to n - 1. */
  int32_t below(int64_t n) {
    uint64_t z = state_ += 0x9e3779b97f4a7c15ull;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return static_cast<int32_t>((z ^ z >> 31) % static_cast<uint64_t>(n));
  }

 private:
  uint64_t state_;
};

using Capacities = std::vector<int32_t>;

struct GridData {
  int64_t rows, cols, neighbours;
  Capacities source, sink, right, down, downRight, downLeft;

  GridData(int64_t rows, int64_t cols, int64_t neighbours) : rows(rows), cols(cols), neighbours(neighbours) {
    for (Capacities* c : {&source, &sink, &right, &down, &downRight, &downLeft}) c->assign(pixels(), 0);
  }
  size_t pixels() const { return static_cast<size_t>(rows * cols); }
  Grid grid() const {
    const bool eight = neighbours == 8;
    return {rows,
            cols,
            source.data(),
            sink.data(),
            right.data(),
            down.data(),
            eight ? downRight.data() : nullptr,
            eight ? downLeft.data() : nullptr};
  }
};

/** What the pixels' edges to the terminals are like. */
enum class Seeds { Random, Sparse, Saturated, None };
constexpr Seeds kSeeds[] = {Seeds::Random, Seeds::Sparse, Seeds::Saturated, Seeds::None};
constexpr int32_t kMost[] = {1, 3, 12, 3000, kMostCapacity};

/**
 * Random capacities from 0 to `most`: small ones make ties. Edges that would leave the grid have some too, which nobody may
 * look at. Saturated seeds are more than any pixel's edges, about half of the pixels being none.
 */
GridData randomGrid(Random& random, int64_t rows, int64_t cols, int64_t neighbours, int32_t most, Seeds seeds);

/** A grid of a size, capacities and seeds by lot; most sides are small, or about those of a vector, a line or a tile. */
GridData anyGrid(Random& random, int64_t mostRows, int64_t mostCols);

/** A corridor of capacity 3 that winds from the first pixel, which has the source, to the middle, which has the sink. */
GridData spiral(int64_t rows, int64_t cols, int64_t neighbours);

/**
 * As of a photograph: every pixel leans a little to one side, by large blots and much noise, and edges are strong but for
 * the border of an ellipse, so that excess has far to go.
 */
GridData objectGrid(Random& random, int64_t rows, int64_t cols, int64_t neighbours);

struct Cut {
  int64_t flow;
  std::vector<uint8_t> foreground;
  bool operator==(const Cut& other) const { return flow == other.flow && foreground == other.foreground; }
};

/** What the edges from the foreground and the source to the background and the sink hold. */
int64_t cutCost(const GridData& grid, const std::vector<uint8_t>& foreground);

/** Of at most 12 pixels: the least cost, and every pixel that is foreground in some cut that has it. */
Cut bruteForce(const GridData& grid);

}  // namespace deep_inside::test
