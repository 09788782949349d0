#pragma once

#include "maxflow/grid.h"

// The grid in squares of 32 x 32 pixels: a tile is what a block of the GPU, or a thread of the CPU, holds at a time. All
// of tile*.h is one source for both; what it runs on is a Block (tile_host.h, cuda/launch_blocks.h).

#ifdef __CUDACC__
#define DI_TILE __device__ __forceinline__
#define DI_UNROLL _Pragma("unroll")
#else
#define DI_TILE inline
#define DI_UNROLL
#endif

namespace deep_inside::tiles {

constexpr int kSide = 32;
constexpr int kPixels = kSide * kSide;
/** A tile in shared memory has a rim of one pixel: the neighbours' in other tiles. */
constexpr int kRimmedSide = kSide + 2;
constexpr int kRimmedPixels = kRimmedSide * kRimmedSide;
/** Pixels of a tile that have neighbours in other tiles, and those neighbours. */
constexpr int kRing = 4 * (kSide - 1);
constexpr int kRim = 4 * (kSide + 1);

/** By the tile's own corner: -1 and kSide lie in its neighbours. */
struct Pixel {
  int row, col;
};

DI_HD constexpr Pixel pixelOf(int index) { return {index / kSide, index % kSide}; }
DI_HD constexpr int rimmed(Pixel p) { return (p.row + 1) * kRimmedSide + p.col + 1; }
DI_HD constexpr bool isInside(Pixel p) { return p.row >= 0 && p.row < kSide && p.col >= 0 && p.col < kSide; }
DI_HD constexpr bool isOnRing(Pixel p) { return p.row == 0 || p.row == kSide - 1 || p.col == 0 || p.col == kSide - 1; }

/** The i-th pixel, clockwise, of the border of the square from (first, first) to (last, last). */
DI_HD constexpr Pixel onBorder(int i, int first, int last) {
  const int side = last - first, along = i % side;
  switch (i / side) {
    case 0: return {first, first + along};
    case 1: return {first + along, last};
    case 2: return {last, last - along};
    default: return {last - along, first};
  }
}
DI_HD constexpr Pixel ringPixel(int i) { return onBorder(i, 0, kSide - 1); }
DI_HD constexpr Pixel rimPixel(int i) { return onBorder(i, -1, kSide); }

// Of D = 4 or 8 neighbours, k counts the directions of grid.h.
template <int D>
DI_HD constexpr int directionOf(int k) {
  return k * (kDirections / D);
}
template <int D>
DI_HD constexpr int back(int k) {
  return k ^ (D / 2);
}
template <int D>
DI_HD constexpr Pixel neighbour(Pixel p, int k) {
  return {p.row + rowStep(directionOf<D>(k)), p.col + colStep(directionOf<D>(k))};
}
/** From a pixel to its neighbour in shared memory. */
template <int D>
DI_HD constexpr int rimmedStep(int k) {
  return rowStep(directionOf<D>(k)) * kRimmedSide + colStep(directionOf<D>(k));
}

struct Tile {
  int index, row, col;
};

/** How many tiles there are, in the order of their rows. */
struct Tiling {
  int rows, cols;

  DI_HD int count() const { return rows * cols; }
  DI_HD Tile at(int index) const { return {index, index / cols, index % cols}; }
};

DI_HD Tiling tilingOf(int64_t rows, int64_t cols) {
  return {static_cast<int>((rows + kSide - 1) / kSide), static_cast<int>((cols + kSide - 1) / kSide)};
}

/** Where a pixel is by tile; `tile` is -1 outside the tiling. */
struct Spot {
  int tile, pixel;
};

DI_HD Spot spotOf(const Tiling& tiling, const Tile& tile, Pixel p) {
  const int row = tile.row + (p.row < 0 ? -1 : p.row / kSide), col = tile.col + (p.col < 0 ? -1 : p.col / kSide);
  if (row < 0 || row >= tiling.rows || col < 0 || col >= tiling.cols) return {-1, 0};
  return {row * tiling.cols + col, (p.row & (kSide - 1)) * kSide + (p.col & (kSide - 1))};
}

/** The smaller; std::min is not for devices. */
template <class Word>
DI_HD constexpr Word least(Word a, Word b) {
  return a < b ? a : b;
}

/** The label of what cannot reach the sink. */
template <class Word>
constexpr Word kUnreachable = static_cast<Word>(-1);

// What one block reads while another writes: any of the values that it has meanwhile will do (tile_relabel.h).

template <class T>
DI_TILE T peek(const T* from) {
#ifdef __CUDACC__
  return *static_cast<const volatile T*>(from);
#else
  return __atomic_load_n(from, __ATOMIC_RELAXED);
#endif
}

template <class T>
DI_TILE void post(T* to, T value) {
#ifdef __CUDACC__
  *static_cast<volatile T*>(to) = value;
#else
  __atomic_store_n(to, value, __ATOMIC_RELAXED);
#endif
}

}  // namespace deep_inside::tiles
