#pragma once

#include <vector>

#include "core/plans.h"

namespace deep_inside {

/**
 * The input of a strided convolution with each stride x stride pixels folded into the channels of one: of what is
 * folded the convolution has stride 1. Channel i of the pixel in row a and column b of a folded one becomes channel
 * (a * strideCols + b) * c + i.
 */
struct Phases {
  Planes x;       // dense
  Planes folded;  // in blocks
  Planes y;       // in blocks
  Window window;
  int64_t top, left;  // rows and columns of zeros before x in the first folded pixels

  Phases(const ConvolutionGeometry& g, int64_t block);
};

/**
 * The convolution of what is folded; g itself if its stride is 1. Where the stride does not divide them, its filters end
 * in zeros; its padding after may be negative: pixels that no window sees.
 */
ConvolutionGeometry folded(const ConvolutionGeometry& g);

/** w [k, c, r, s] as the filters of the folded convolution. */
std::vector<float> foldFilters(const ConvolutionGeometry& g, const float* w);

/** The functions for one instruction set (isa/phases.cc); all use the caller's OpenMP team. */
struct PhasesKernels {
  /** Overwrites `folded`: zeros where a folded pixel reaches beyond x, and in channels that only pad. */
  void (*fold)(const Phases& phases, const Images<const float>& x, const Images<float>& folded);
  /** Overwrites x. */
  void (*unfold)(const Phases& phases, const Images<const float>& folded, const Images<float>& x);
  /**
   * dx becomes 0 where no window with a dy other than 0 lies on it: there the zeros at the end of folded filters may have
   * left rounding. `live`: a byte for each pixel of dy.
   */
  void (*clearUnreached)(const Phases& phases, const Images<const float>& dy, unsigned char* live,
                         const Images<float>& dx);
};

/** For this processor, as `kernels()`. */
const PhasesKernels& phasesKernels();

}  // namespace deep_inside
