#pragma once

#include "cpu/isa/winograd_tiles.h"

// Gradients are 0 in every channel wherever no score depends on a pixel: which outputs of a tile are not 0 for sure.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** NaN is not 0. */
inline bool isZero(const float* pixel, int64_t blocks, int64_t plane) {
  for (int64_t block = 0; block < blocks; ++block, pixel += plane)
    for (int i = 0; i < kLanes; ++i)
      if (pixel[i] != 0.0f) return false;
  return true;
}

/** live[pixel] = 1 if a pixel of this row of x is not 0 in some channel, else 0. */
inline void findLive(const Planes& x, const Images<const float>& values, int64_t n, int64_t row, unsigned char* live) {
  const int64_t plane = area(x) * kLanes;
  const float* at = imageAt(values, n) + row * x.w * kLanes;
  for (int64_t col = 0; col < x.w; ++col, at += kLanes)
    live[(n * x.h + row) * x.w + col] = !isZero(at, blocks(x), plane);
}

/** Bit j: a live pixel lies under the r taps of output column j, in one row of a tile. */
inline unsigned liveColumns(const WinogradGeometry& g, const TilePlace& at, int64_t row, const unsigned char* live) {
  if (row < 0 || row >= g.x.h) return 0;
  unsigned pixels = 0, columns = 0;
  for (int64_t j = 0; j < kTile; ++j) {
    const int64_t col = at.col - g.left + j;
    if (col >= 0 && col < g.x.w) pixels |= unsigned{live[(at.n * g.x.h + row) * g.x.w + col]} << j;
  }
  for (int64_t tap = 0; tap < g.r; ++tap) columns |= pixels >> tap;
  return columns & ((1u << outputsOf(g)) - 1);
}

/** The outputs of a tile with a live pixel in their neighbourhood. */
inline TileOutputs liveOutputs(const WinogradGeometry& g, const TilePlace& at, const unsigned char* live) {
  unsigned outputs = 0;
  for (int64_t row = 0; row < kTile; ++row) {
    const unsigned columns = liveColumns(g, at, at.row - g.top + row, live);
    for (int64_t i = larger(row - g.r + 1, 0); i <= row && i < outputsOf(g); ++i)
      outputs |= columns << i * outputsOf(g);
  }
  return static_cast<TileOutputs>(outputs);
}

/** A tile without live outputs. */
inline void clearTile(const WinogradGeometry& g, const CorrelationOperands& o, const TilePlace& at) {
  const int64_t rows = smaller(outputsOf(g), g.y.h - at.row), cols = smaller(outputsOf(g), g.y.w - at.col);
  for (int64_t block = 0; block < blocks(g.y); ++block)
    for (int64_t i = 0; i < rows; ++i) {
      float* to = imageAt(o.y, at.n) + (block * area(g.y) + (at.row + i) * g.y.w + at.col) * kLanes;
      for (int64_t j = 0; j < cols; ++j) *lanesAt(to + j * kLanes) = Lanes{};
    }
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
