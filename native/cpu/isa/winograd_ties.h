#pragma once

#include "cpu/isa/winograd_tiles.h"

// Tiles in which neighbouring pixels are equal in every channel, computed directly: there a pixel's value depends on
// its r x r neighbourhood alone, to the last bit, wherever in a tile it lies.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

inline bool sameChannels(const float* a, const float* b, int64_t blocks, int64_t plane) {
  for (int64_t block = 0; block < blocks; ++block, a += plane, b += plane)
    if (__builtin_memcmp(a, b, 8) != 0 || __builtin_memcmp(a, b, kLanes * sizeof(float)) != 0) return false;
  return true;
}

/** same[pixel] = 1 if a pixel of this row of x equals the one to its right or the one below, else 0. */
inline void findTies(const Planes& x, const Images<const float>& values, int64_t n, int64_t row, unsigned char* same) {
  const int64_t plane = area(x) * kLanes;
  const float* at = imageAt(values, n) + row * x.w * kLanes;
  for (int64_t col = 0; col < x.w; ++col, at += kLanes) {
    const bool right = col + 1 < x.w && sameChannels(at, at + kLanes, blocks(x), plane);
    const bool below = row + 1 < x.h && sameChannels(at, at + x.w * kLanes, blocks(x), plane);
    same[(n * x.h + row) * x.w + col] = right || below;
  }
}

/** All outputs of a tile, or none where there are ties. */
inline TileOutputs outputsWithoutTies(const WinogradGeometry& g, const TilePlace& at, const unsigned char* same) {
  const int64_t row = at.row - g.top, col = at.col - g.left;
  const int64_t rowEnd = smaller(row + kTile - 1, g.x.h), colEnd = smaller(col + kTile - 1, g.x.w);
  for (int64_t y = larger(row, 0); y < rowEnd; ++y)
    for (int64_t x = larger(col, 0); x < colEnd; ++x)
      if (same[(at.n * g.x.h + y) * g.x.w + x]) return 0;
  return 0xffff;
}

/** Floats for the neighbourhoods of a tile's outputs: [outputs^2][r * r * c]. */
inline int64_t patchFloats(const WinogradGeometry& g) {
  if (g.use == FilterUse::BackwardData) return 0;
  return outputsOf(g) * outputsOf(g) * taps(g) * channels(g.x);
}

inline void gatherPatches(const WinogradGeometry& g, const Images<const float>& x, const TilePlace& at,
                          float* patches) {
  const int64_t wide = channels(g.x), plane = area(g.x) * kLanes;
  for (int64_t i = 0; i < outputsOf(g) * outputsOf(g); ++i)
    for (int64_t tap = 0; tap < taps(g); ++tap) {
      const int64_t row = at.row + i / outputsOf(g) + tap / g.r - g.top;
      const int64_t col = at.col + i % outputsOf(g) + tap % g.r - g.left;
      const bool inside = row >= 0 && col >= 0 && row < g.x.h && col < g.x.w;
      const float* from = imageAt(x, at.n) + (row * g.x.w + col) * kLanes;
      float* to = patches + (i * taps(g) + tap) * wide;
      for (int64_t block = 0; block < blocks(g.x); ++block)
        lanesAt(to + block * kLanes) = inside ? lanesAt(from + block * plane) : LanesInMemory{};
    }
}

template <int outputs, int vectors>
void produceGroupDirectly(const WinogradGeometry& g, const CorrelationOperands& o, const TilePlace& at, int64_t group,
                          const float* patches) {
  const FilterLayout layout(g);
  const int64_t depth = taps(g) * layout.wide;
  float sums[outputs * outputs * vectors * kLanes];
  multiply<vectors>(outputs * outputs, {patches, depth, kLanes, taps(g) * blocks(g.x)},
                    o.filters + layout.directGroup(g, group), sums);
  for (int k = 0; k < vectors; ++k) {
    Lanes y[outputs][outputs];
    for (int i = 0; i < outputs * outputs; ++i)
      y[i / outputs][i % outputs] = lanesAt(sums + (i * vectors + k) * kLanes);
    storeTile<outputs>(g, o, at, group * kVectors + k, y);
  }
}

template <int outputs>
void produceDirectly(const WinogradGeometry& g, const CorrelationOperands& o, int64_t tile, float* patches) {
  const TilePlace at = placeOf(g, tile);
  gatherPatches(g, o.x, at, patches);
  for (int64_t group = 0; group < groups(g); ++group) {
    if (widthOf(g, group) == kGroup) {
      produceGroupDirectly<outputs, kVectors>(g, o, at, group, patches);
    } else {
      produceGroupDirectly<outputs, 1>(g, o, at, group, patches);
    }
  }
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
