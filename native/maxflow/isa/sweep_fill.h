#pragma once

#include "maxflow/isa/sweep_planes.h"
#include "maxflow/isa/sweep_team.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** What is known of a grid once its planes are filled. */
struct Filled {
  int64_t through = 0;      // flow that goes from the source straight to the sink
  int64_t sink = 0;         // the sum of what is left to the sink
  uint32_t largestSum = 0;  // of the edges of a pixel
};

/** Pixels of a row whose sums of edges are in memory at a time. */
constexpr int64_t kSums = 512;

template <class Word, int kStep>
class GridFiller {
 public:
  GridFiller(const Grid& grid, const SweepPlanes<Word, kStep>& planes) : grid_(grid), p_(planes) {}

  /** Rows of the planes, with what lies around them. */
  void fill(RowRange rows) {
    for (int64_t row = rows.first - (rows.first == 0); row < rows.last + (rows.last == grid_.rows); ++row) clear(row);
    for (int64_t row = rows.first; row < rows.last; ++row)
      for (int64_t col = 0; col < grid_.cols; col += kSums) fillPart(row, col, smaller(col + kSums, grid_.cols));
  }
  const Filled& filled() const { return filled_; }

 private:
  static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

  /** With the padding before it; the last one with the padding after it too. */
  void clear(int64_t row) {
    const int64_t first = p_.at(row, 0) - p_.kLanes, words = p_.rowWords + (row == p_.rows ? p_.kLanes : 0);
    const auto bytes = static_cast<size_t>(words) * sizeof(Word);
    __builtin_memset(p_.labels + first, 0xff, bytes);
    __builtin_memset(p_.excess + first, 0, bytes);
    __builtin_memset(p_.sink + first, 0, bytes);
    for (int d = 0; d < kDirections; d += kStep) __builtin_memset(p_.residuals[d] + first, 0, bytes);
  }

  void fillPart(int64_t row, int64_t begin, int64_t end) {
    uint32_t sums[kSums] = {};
    for (int d = 0; d < kDirections; d += kStep) fillEdges(d, row, begin, end, sums);
    const int32_t *source = grid_.source + row * grid_.cols, *sink = grid_.sink + row * grid_.cols;
    Word *excess = p_.excess + p_.at(row, 0), *rest = p_.sink + p_.at(row, 0);
    Filled f = filled_;
    for (int64_t col = begin; col < end; ++col) {
      const uint32_t sum = sums[col - begin];
      const Terminals t = terminals(source[col], sink[col], sum);
      excess[col] = static_cast<Word>(t.excess);
      rest[col] = static_cast<Word>(t.sink);
      f.through += t.through;
      f.sink += t.sink;
      f.largestSum = sum > f.largestSum ? sum : f.largestSum;
    }
    filled_ = f;
  }

  /** Residuals of one direction, where it has a neighbour, as `edgeCapacity` gives them; adds them to the sums. */
  void fillEdges(int direction, int64_t row, int64_t begin, int64_t end, uint32_t* sums) {
    const int64_t other = row + rowStep(direction);
    if (other < 0 || other >= grid_.rows) return;
    const int32_t* const owned[] = {grid_.right, grid_.downRight, grid_.down, grid_.downLeft};
    const int32_t* from = owned[direction & 3];
    from += direction < 4 ? row * grid_.cols : other * grid_.cols + colStep(direction);
    Word* to = p_.residuals[direction] + p_.at(row, 0);
    const int64_t first = begin == 0 && colStep(direction) < 0 ? 1 : begin;
    const int64_t last = end == grid_.cols && colStep(direction) > 0 ? end - 1 : end;
    for (int64_t col = first; col < last; ++col) {
      const uint32_t edge = capacity(from[col]);
      to[col] = static_cast<Word>(edge);
      sums[col - begin] += edge;
    }
  }

  Grid grid_;
  SweepPlanes<Word, kStep> p_;
  Filled filled_;
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
