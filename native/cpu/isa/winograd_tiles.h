#pragma once

#include "cpu/isa/winograd_filters.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Where a tile lies: its image, and its first row and column of y. */
struct TilePlace {
  int64_t n, row, col;
};

/** Some outputs of a tile: bit i * outputs + j for that in row i, column j. */
using TileOutputs = uint16_t;

inline TilePlace placeOf(const WinogradGeometry& g, int64_t tile) {
  const int64_t perRow = tileCols(g), perImage = tileRows(g) * perRow;
  return {tile / perImage, tile % perImage / perRow * outputsOf(g), tile % perRow * outputsOf(g)};
}

/** Whether all that a tile reads of x lies in the image. */
inline bool isInner(const WinogradGeometry& g, const TilePlace& at) {
  const int64_t row = at.row - g.top, col = at.col - g.left;
  return row >= 0 && col >= 0 && row + kTile <= g.x.h && col + kTile <= g.x.w;
}

/** The first of an inner tile's pixels, in one block of channels. */
inline const float* firstOf(const WinogradGeometry& g, const Images<const float>& x, const TilePlace& at,
                            int64_t block) {
  return imageAt(x, at.n) + (block * area(g.x) + (at.row - g.top) * g.x.w + at.col - g.left) * kLanes;
}

/**
 * Begins to load the pixels that a tile does not share with its left neighbour: rows lie too far apart to be foreseen.
 * Always inline, since GCC drops calls of functions that do nothing else.
 */
__attribute__((always_inline)) inline void fetchPixels(const float* d, int64_t rowStep) {
  for (int i = 0; i < kTile; ++i)
    for (int j = 2; j < kTile; ++j) __builtin_prefetch(d + i * rowStep + j * kLanes);
}

/** v[e] = (B^T d B)[e] of the 6 x 6 pixels at d, rows `rowStep` and elements `elementStep` floats apart. */
inline void transformPixels(const float* d, int64_t rowStep, float* v, int64_t elementStep) {
  Lanes half[kTile][kTile];
#pragma GCC unroll 6
  for (int j = 0; j < kTile; ++j) {
    Lanes column[kTile];
#pragma GCC unroll 6
    for (int i = 0; i < kTile; ++i) column[i] = *lanesAt(d + i * rowStep + j * kLanes);
    transformInputLine(column, 1, &half[0][j], kTile);
  }
#pragma GCC unroll 6
  for (int i = 0; i < kTile; ++i) {
    Lanes line[kTile];
    transformInputLine(half[i], 1, line, 1);
#pragma GCC unroll 6
    for (int j = 0; j < kTile; ++j) *lanesAt(v + (i * kTile + j) * elementStep) = line[j];
  }
}

/** One block of channels of a tile that reaches over the edge of x: 0 outside. */
inline void copyTile(const Planes& x, const float* plane, int64_t row, int64_t col, float* d) {
  for (int64_t i = row; i < row + kTile; ++i)
    for (int64_t j = col; j < col + kTile; ++j, d += kLanes) {
      const bool inside = i >= 0 && j >= 0 && i < x.h && j < x.w;
      *lanesAt(d) = inside ? *lanesAt(plane + (i * x.w + j) * kLanes) : LanesInMemory{};
    }
}

/** One tile for every channel of x: elements `elementStep` floats apart. The tile at `next` comes after it. */
inline void transformTile(const WinogradGeometry& g, const Images<const float>& x, const TilePlace& at,
                          const TilePlace& next, float* v, int64_t elementStep) {
  const bool inner = isInner(g, at), nextIsInner = isInner(g, next);
  const int64_t rowStep = g.x.w * kLanes;
  for (int64_t block = 0; block < blocks(g.x); ++block, v += kLanes) {
    if (nextIsInner) fetchPixels(firstOf(g, x, next, block), rowStep);
    if (inner) {
      transformPixels(firstOf(g, x, at, block), rowStep, v, elementStep);
    } else {
      float d[kElements * kLanes];
      copyTile(g.x, imageAt(x, at.n) + block * area(g.x) * kLanes, at.row - g.top, at.col - g.left, d);
      transformPixels(d, kTile * kLanes, v, elementStep);
    }
  }
}

/** More floats than a third-level cache holds: none of them would still be there when they are read. */
inline bool exceedsCaches(const Planes& y) { return stored(y) > 1 << 23; }

/** Begins to load the lines that the outputs of a tile go to, in one block of channels. */
template <int outputs>
__attribute__((always_inline)) inline void fetchOutputs(const WinogradGeometry& g, const Images<float>& y,
                                                        const TilePlace& at, int64_t block) {
  const float* to = imageAt(y, at.n) + block * area(g.y) * kLanes;
  const int64_t rows = smaller(outputs, g.y.h - at.row), cols = smaller(outputs, g.y.w - at.col);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < cols; ++j) __builtin_prefetch(to + ((at.row + i) * g.y.w + at.col + j) * kLanes, 1);
}

/** Finishes and stores the outputs of one tile for one block of channels of y; those beyond the image are dropped. */
template <int outputs>
void storeTile(const WinogradGeometry& g, const CorrelationOperands& o, const TilePlace& at, int64_t block,
               const Lanes (*y)[outputs]) {
  const Lanes bias = *lanesAt(o.filters + FilterLayout(g).bias + block * kLanes);
  const int64_t plane = block * area(g.y) * kLanes;
  float* to = imageAt(o.y, at.n) + plane;
  const float* image = maskAt(o, at.n);
  const float* mask = image ? image + plane : nullptr;
  const int64_t rows = smaller(outputs, g.y.h - at.row), cols = smaller(outputs, g.y.w - at.col);
  const bool streams = exceedsCaches(g.y);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < cols; ++j) {
      const int64_t pixel = ((at.row + i) * g.y.w + at.col + j) * kLanes;
      const float* alive = mask ? mask + pixel : nullptr;
      if (streams) {
        stream(y[i][j], bias, o.relu, alive, to + pixel);
      } else {
        store(y[i][j], bias, o.relu, alive, to + pixel);
      }
    }
}

/**
 * One tile of one block of channels of y, from its products m[e], `step` floats apart; 0 but for the outputs `live`.
 * The tile at `next` comes after it.
 */
template <int outputs>
void finishTile(const WinogradGeometry& g, const CorrelationOperands& o, const TilePlace& at, const TilePlace& next,
                TileOutputs live, int64_t block, const float* m, int64_t step) {
  if (!exceedsCaches(g.y)) fetchOutputs<outputs>(g, o.y, next, block);
  Lanes half[outputs][kTile], y[outputs][outputs];
#pragma GCC unroll 6
  for (int j = 0; j < kTile; ++j) {
    Lanes products[kTile];
#pragma GCC unroll 6
    for (int i = 0; i < kTile; ++i) products[i] = *lanesAt(m + (i * kTile + j) * step);
    transformOutputLine<outputs>(products, 1, &half[0][j], kTile);
  }
#pragma GCC unroll 4
  for (int i = 0; i < outputs; ++i) transformOutputLine<outputs>(half[i], 1, y[i], 1);
  constexpr unsigned all = (1u << outputs * outputs) - 1;
  if ((live & all) != all)
    for (int i = 0; i < outputs * outputs; ++i)
      if (!(live >> i & 1)) y[i / outputs][i % outputs] = Lanes{};
  storeTile<outputs>(g, o, at, block, y);
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
