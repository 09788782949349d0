#pragma once

#include "cpu/isa/winograd_tiles.h"

// Tiles in which neighbouring pixels are equal in every channel, computed directly: there a pixel's value depends on
// its r x r neighbourhood alone, to the last bit, wherever in a tile it lies. Neighbourhoods that are equal are computed
// once, so that flat areas, such as a white background, take less time than others.

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

/** Floats of the neighbourhoods of a tile's outputs: of one, and of all. */
inline int64_t patchFloats(const WinogradGeometry& g) { return taps(g) * channels(g.x); }
inline int64_t patchesFloats(const WinogradGeometry& g) {
  return g.use == FilterUse::Forward ? outputsOf(g) * outputsOf(g) * patchFloats(g) : 0;
}

/** The neighbourhood of the output at (row, col), 0 outside the image. patch: [r][r][c]. */
inline void gatherPatch(const WinogradGeometry& g, const float* image, int64_t row, int64_t col, float* patch) {
  const int64_t plane = area(g.x) * kLanes;
  for (int64_t y = row - g.top; y < row - g.top + g.r; ++y)
    for (int64_t x = col - g.left; x < col - g.left + g.r; ++x, patch += channels(g.x)) {
      const bool inside = y >= 0 && x >= 0 && y < g.x.h && x < g.x.w;
      const float* from = image + (y * g.x.w + x) * kLanes;
      for (int64_t block = 0; block < blocks(g.x); ++block)
        *lanesAt(patch + block * kLanes) = inside ? *lanesAt(from + block * plane) : LanesInMemory{};
    }
}

/** The different neighbourhoods of a tile's outputs. */
struct Patches {
  float* values;  // [count][r * r * c]
  int64_t count;
  int64_t of[16];  // which is that of each output
};

inline Patches gatherPatches(const WinogradGeometry& g, const Images<const float>& x, const TilePlace& at,
                             float* values) {
  const int64_t size = patchFloats(g), outputs = outputsOf(g);
  Patches patches{values, 0, {}};
  for (int64_t i = 0; i < outputs * outputs; ++i) {
    float* patch = values + patches.count * size;
    gatherPatch(g, imageAt(x, at.n), at.row + i / outputs, at.col + i % outputs, patch);
    int64_t same = 0;
    while (same < patches.count && __builtin_memcmp(values + same * size, patch, size * sizeof(float)) != 0) ++same;
    patches.of[i] = same;
    patches.count = larger(patches.count, same + 1);
  }
  return patches;
}

template <int outputs, int vectors>
void produceGroupDirectly(const WinogradGeometry& g, const CorrelationOperands& o, const TilePlace& at, int64_t group,
                          const Patches& patches) {
  float sums[outputs * outputs * vectors * kLanes];
  multiply<vectors>(patches.count, {patches.values, patchFloats(g), kLanes, taps(g) * blocks(g.x)},
                    o.filters + FilterLayout(g).directGroup(g, group), sums);
  for (int k = 0; k < vectors; ++k) {
    Lanes y[outputs][outputs];
    for (int i = 0; i < outputs * outputs; ++i)
      y[i / outputs][i % outputs] = *lanesAt(sums + (patches.of[i] * vectors + k) * kLanes);
    storeTile<outputs>(g, o, at, group * kVectors + k, y);
  }
}

template <int outputs>
void produceDirectly(const WinogradGeometry& g, const CorrelationOperands& o, int64_t tile, float* values) {
  const TilePlace at = placeOf(g, tile);
  const Patches patches = gatherPatches(g, o.x, at, values);
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
