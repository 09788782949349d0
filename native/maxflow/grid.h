#pragma once

#include <cstdint>

#include "kernels/platform.h"

namespace deep_inside {

/**
 * A graph whose nodes are pixels, each joined with its 4 or 8 neighbours by an undirected edge, and with a source and a
 * sink. Capacities are dense [rows, cols], per pixel: from the source, to the sink, and of the edges to the neighbours
 * on the right, below, below right and below left; what would leave the grid is ignored. The last two are null for 4
 * neighbours. A capacity below 0 counts as 0, one above `kMostCapacity` as that: no input may crash or hang a device.
 *
 * What every solver returns is the same: the flow, and as foreground the pixels that cannot reach the sink in the residual
 * graph of a maximum flow. That set is the same for all maximum flows, and for all maximum preflows.
 */
struct Grid {
  int64_t rows, cols;
  const int32_t *source, *sink, *right, *down, *downRight, *downLeft;
};

constexpr int32_t kMostCapacity = (1 << 27) - 1;

inline namespace DEEP_INSIDE_ISA {

// The directions from a pixel, clockwise: 0 right, 1 down right, 2 down, 3 down left, 4 left, 5 up left, 6 up, 7 up
// right. Those of 4 neighbours are the even ones. The first four own the edge: its capacity is stored at their pixel.

constexpr int kDirections = 8;
DI_HD constexpr int opposite(int direction) { return direction ^ 4; }
DI_HD constexpr int rowStep(int direction) { return direction == 0 || direction == 4 ? 0 : direction < 4 ? 1 : -1; }
DI_HD constexpr int colStep(int direction) { return rowStep((direction + 2) % 8); }
/** Of 4 neighbours every second direction is one. */
DI_HD int directionStep(const Grid& grid) { return grid.downRight ? 1 : 2; }

DI_HD uint32_t capacity(int32_t given) {
  return static_cast<uint32_t>(given < 0 ? 0 : given > kMostCapacity ? kMostCapacity : given);
}

/** The capacity of a pixel's edge in a direction that its neighbours have; 0 where it would leave the grid. */
DI_HD uint32_t edgeCapacity(const Grid& grid, int64_t row, int64_t col, int direction) {
  const int64_t otherRow = row + rowStep(direction), otherCol = col + colStep(direction);
  if (otherRow < 0 || otherRow >= grid.rows || otherCol < 0 || otherCol >= grid.cols) return 0;
  const int owned = direction & 3;
  const int32_t* edges = owned == 0 ? grid.right : owned == 1 ? grid.downRight : owned == 2 ? grid.down : grid.downLeft;
  return capacity(edges[direction < 4 ? row * grid.cols + col : otherRow * grid.cols + otherCol]);
}

/**
 * What a pixel has of the source and the sink once `through`, the smaller of its two capacities, has gone straight from one
 * to the other. One of `excess` and `sink` is 0.
 *
 * Both are limited to the sum of the pixel's edges and 1. No more than the sum can leave or reach the pixel, so the part
 * that is left out never carries flow; and as the limit is above the sum, an edge to a terminal that was cut by no
 * minimum cut still is by none. So the flow and the set of minimum cuts stay as they are.
 *
 * Hence the bounds that solvers choose their words by, s being the largest sum over the grid: excess is at most 2 s + 1 at
 * any time (s + 1 from the source, s from neighbours), the residual to the sink s + 1, that of an edge 2 c.
 */
struct Terminals {
  uint32_t excess, sink, through;
};

DI_HD Terminals terminals(int32_t fromSource, int32_t toSink, uint32_t sumOfEdges) {
  const uint32_t source = capacity(fromSource), sink = capacity(toSink), through = source < sink ? source : sink;
  const uint32_t most = sumOfEdges + 1, excess = source - through, rest = sink - through;
  return {excess < most ? excess : most, rest < most ? rest : most, through};
}

/** Whether 16 bits hold everything but labels, by the largest sum of a pixel's edges. 32 bits always do. */
DI_HD constexpr bool fitsIn16Bits(uint32_t largestSum) { return largestSum <= 32767; }

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
