#pragma once

#include <cstddef>

#include "cpu/correlation.h"

namespace deep_inside {

/**
 * A correlation of stride 1 by Winograd's minimal filtering (Lavin & Gray 2016): F(m x m, r x r) over tiles of 6 x 6,
 * with r = 3, m = 4 or r = 4, m = 3 (4 times fewer multiplications), or r = 5, m = 2 (2.8 times fewer).
 *
 * Choice: the interpolation points are 0, +-3/4, +-3/2 and infinity. In float32 the usual 0, +-1, +-2 make errors 2.5
 * times larger, and these are as exact in binary.
 *
 * Its rounding depends on where in a tile a pixel lies, and reaches every pixel of the tile. So that flat areas of a
 * picture stay flat (max pooling decides ties by position, and DeconvNet depends on it), tiles in which neighbouring
 * pixels are equal in every channel are computed directly. Of gradients nobody compares two, but nothing may leak out of
 * a receptive field: backward, outputs whose whole neighbourhood is 0 are 0, and tiles without others take no time.
 */
struct WinogradGeometry {
  FilterUse use;
  Planes x, y;        // blocks of the kernels' lanes
  int64_t r;          // rows and columns of the filters
  int64_t top, left;  // padding before
};

inline namespace DEEP_INSIDE_ISA {

/** Rows and columns of y that a tile gives. */
inline int64_t outputsOf(const WinogradGeometry& g) { return 7 - g.r; }
inline int64_t tileRows(const WinogradGeometry& g) { return (g.y.h + outputsOf(g) - 1) / outputsOf(g); }
inline int64_t tileCols(const WinogradGeometry& g) { return (g.y.w + outputsOf(g) - 1) / outputsOf(g); }
inline int64_t tilesOf(const WinogradGeometry& g) { return g.y.n * tileRows(g) * tileCols(g); }

}  // namespace DEEP_INSIDE_ISA

/** How tiles are handled together, from the geometry and the number of threads. */
struct WinogradSchedule {
  int64_t chunk;  // tiles whose transforms are in memory at a time, for each thread unless shared
  bool shared;    // all threads work on the same tiles, each on its own output channels
  int threads;    // at most
};

/** The functions for one instruction set (isa/winograd.cc). */
struct WinogradKernels {
  /** Channels side by side in x and y. */
  int64_t lanes;
  WinogradSchedule (*schedule)(const WinogradGeometry& g, int threads);
  size_t (*workspaceFloats)(const WinogradGeometry& g, const WinogradSchedule& s);
  /** Of the transformed filters, the filters as they are, and the bias. */
  size_t (*filterFloats)(const WinogradGeometry& g);
  /** Transforms in double precision; `bias` null means 0. */
  void (*pack)(const WinogradGeometry& g, const float* w, const float* bias, float* filters);
  void (*run)(const WinogradGeometry& g, const WinogradSchedule& s, const CorrelationOperands& o, float* workspace);
};

/** For this processor, as `kernels()`. */
const WinogradKernels& winogradKernels();

}  // namespace deep_inside
