#pragma once

#include "maxflow/grid.h"
#include "maxflow/isa/sweep_vectors.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Memory of 64 bytes, so that no two threads write to one line of a cache. */
constexpr int64_t kLine = 64;
constexpr int64_t wholeLines(int64_t bytes) { return (bytes + kLine - 1) / kLine * kLine; }

/**
 * What the sweeps know of a grid. Each plane has rows of whole vectors, `segments` of them, with a vector of padding before
 * each, and a row above and one below the grid: every neighbour of a pixel may be read, and written as it was. Padding has
 * no edges, no excess and cannot be reached.
 *
 * kStep is 1 for 8 neighbours and 2 for 4, whose directions are every second one.
 */
template <class Word, int kStep>
struct SweepPlanes {
  static constexpr int kLanes = kLanesOf<Word>;
  static constexpr int kPlanes = 3 + kDirections / kStep;

  int64_t rows, cols, segments;
  int64_t rowWords;  // from a row to the next
  Word* labels;      // lower bounds of the distance to the sink, 1 or more; where the first pixel of the grid is
  Word* excess;
  Word* sink;                    // residuals of the edges to the sink
  Word* residuals[kDirections];  // of the edges in each direction
  uint8_t* marks;                // [rows + 2, segments + 2]: segments that have something to do; from the first on
  int64_t markStep;
  int32_t* visits[2];  // [rows] each: how many segments were looked at for labels, of the last two in turn

  int64_t at(int64_t row, int64_t segment) const { return row * rowWords + segment * kLanes; }
  uint8_t* marksAt(int64_t row, int64_t segment) const { return marks + row * markStep + segment; }
  /** How many segments of a row are marked; in most sweeps few rows have any. */
  int64_t markedIn(int64_t row) const {
    const uint8_t* mark = marksAt(row, 0);
    int64_t count = 0, s = 0;
    for (; s + 8 <= segments; s += 8) {
      uint64_t eight;
      __builtin_memcpy(&eight, mark + s, 8);
      count += static_cast<int64_t>((eight * 0x0101010101010101u) >> 56);  // the sum of its bytes, which are 0 or 1
    }
    for (; s < segments; ++s) count += mark[s];
    return count;
  }
  int64_t to(int direction) const { return rowStep(direction) * rowWords + colStep(direction); }
};

inline int64_t segmentsOf(int64_t cols, int64_t lanes) { return (cols + lanes - 1) / lanes; }

template <class Word, int kStep>
size_t planesBytes(int64_t rows, int64_t cols) {
  using Planes = SweepPlanes<Word, kStep>;
  const int64_t segments = segmentsOf(cols, Planes::kLanes);
  const int64_t vectors = (rows + 2) * (segments + 1) + 1;
  return static_cast<size_t>(Planes::kPlanes * wholeLines(vectors * kVectorBytes) +
                             wholeLines((rows + 2) * (segments + 2)) + wholeLines(2 * rows * sizeof(int32_t)));
}

/** The planes in a workspace, with nothing in them. */
template <class Word, int kStep>
SweepPlanes<Word, kStep> planesIn(void* workspace, int64_t rows, int64_t cols) {
  SweepPlanes<Word, kStep> p{};
  const int64_t segments = segmentsOf(cols, p.kLanes);
  p.rows = rows;
  p.cols = cols;
  p.segments = segments;
  p.rowWords = (segments + 1) * p.kLanes;
  auto* next = static_cast<char*>(workspace);
  const auto plane = [&] {
    Word* first = reinterpret_cast<Word*>(next) + p.rowWords + p.kLanes;
    next += wholeLines(((rows + 2) * (segments + 1) + 1) * kVectorBytes);
    return first;
  };
  p.labels = plane();
  p.excess = plane();
  p.sink = plane();
  for (int d = 0; d < kDirections; d += kStep) p.residuals[d] = plane();
  p.markStep = segments + 2;
  p.marks = reinterpret_cast<uint8_t*>(next) + p.markStep + 1;
  p.visits[0] = reinterpret_cast<int32_t*>(next + wholeLines((rows + 2) * p.markStep));
  p.visits[1] = p.visits[0] + rows;
  return p;
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
