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

/** One block of channels of a tile of x: 0 outside the image. */
inline void loadTile(const WinogradGeometry& g, const float* plane, const TilePlace& at, Lanes (*d)[kTile]) {
  const int64_t row = at.row - g.top, col = at.col - g.left;
  if (row >= 0 && col >= 0 && row + kTile <= g.x.h && col + kTile <= g.x.w) {
    const float* first = plane + (row * g.x.w + col) * kLanes;
    for (int i = 0; i < kTile; ++i)
      for (int j = 0; j < kTile; ++j) d[i][j] = lanesAt(first + (i * g.x.w + j) * kLanes);
    return;
  }
  for (int i = 0; i < kTile; ++i)
    for (int j = 0; j < kTile; ++j) {
      const int64_t y = row + i, x = col + j;
      const bool inside = y >= 0 && x >= 0 && y < g.x.h && x < g.x.w;
      d[i][j] = inside ? lanesAt(plane + (y * g.x.w + x) * kLanes) : Lanes{};
    }
}

/** v[e] = (B^T d B)[e] of one tile for every channel of x: elements `elementStep` floats apart. */
inline void transformTile(const WinogradGeometry& g, const float* x, const TilePlace& at, float* v,
                          int64_t elementStep) {
  for (int64_t block = 0; block < blocks(g.x); ++block) {
    Lanes d[kTile][kTile], half[kTile][kTile], line[kTile];
    loadTile(g, x + (at.n * blocks(g.x) + block) * area(g.x) * kLanes, at, d);
    for (int j = 0; j < kTile; ++j) transformInputLine(&d[0][j], kTile, &half[0][j], kTile);
    for (int i = 0; i < kTile; ++i) {
      transformInputLine(half[i], 1, line, 1);
      for (int j = 0; j < kTile; ++j) lanesAt(v + (i * kTile + j) * elementStep + block * kLanes) = line[j];
    }
  }
}

/** Finishes and stores the outputs of one tile for one block of channels of y; those beyond the image are dropped. */
template <int outputs>
void storeTile(const WinogradGeometry& g, const CorrelationOperands& o, const TilePlace& at, int64_t block,
               const Lanes (*y)[outputs]) {
  const Lanes bias = lanesAt(o.filters + FilterLayout(g).bias + block * kLanes);
  const int64_t image = blocks(g.y) * area(g.y), plane = block * area(g.y);
  float* to = o.y + (at.n * image + plane) * kLanes;
  const float* mask = o.mask ? o.mask + (at.n / o.gradients * image + plane) * kLanes : nullptr;
  const int64_t rows = smaller(outputs, g.y.h - at.row), cols = smaller(outputs, g.y.w - at.col);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < cols; ++j) {
      const int64_t pixel = ((at.row + i) * g.y.w + at.col + j) * kLanes;
      store(y[i][j], bias, o.relu, mask ? mask + pixel : nullptr, to + pixel);
    }
}

/** One tile of one block of channels of y, from its products m[e], `step` floats apart; 0 but for the outputs `live`. */
template <int outputs>
void finishTile(const WinogradGeometry& g, const CorrelationOperands& o, const TilePlace& at, TileOutputs live,
                int64_t block, const float* m, int64_t step) {
  Lanes products[kTile][kTile], half[outputs][kTile], y[outputs][outputs];
  for (int e = 0; e < kElements; ++e) products[e / kTile][e % kTile] = lanesAt(m + e * step);
  for (int j = 0; j < kTile; ++j) transformOutputLine<outputs>(&products[0][j], kTile, &half[0][j], kTile);
  for (int i = 0; i < outputs; ++i) transformOutputLine<outputs>(half[i], 1, y[i], 1);
  constexpr unsigned all = (1u << outputs * outputs) - 1;
  if ((live & all) != all)
    for (int i = 0; i < outputs * outputs; ++i)
      if (!(live >> i & 1)) y[i / outputs][i % outputs] = Lanes{};
  storeTile<outputs>(g, o, at, block, y);
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
