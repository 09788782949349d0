#pragma once

#include <cstddef>

#include "core/plans.h"

namespace deep_inside {

/**
 * The gradient of a convolution with respect to an input of few channels, such as an image: every pixel of dy times all
 * filters at once, as a product of matrices, whose columns are then summed where they belong in dx ("col2im"). What
 * computes convolutions of many channels leaves most of its lanes empty here. And what is 0 in dy, as most of it is
 * behind max pooling and a ReLU, can be left out.
 */
struct ColumnsGeometry {
  Planes dx;  // one image, dense
  Planes dy;  // one, in blocks of the kernels' lanes
  int64_t r, s;
  int64_t strideRows, strideCols;
  int64_t top, left;
  int threads;  // at most
};

struct ColumnsKernels {
  /** Channels side by side in dy, and the most columns that a filter may have. */
  int64_t lanes;
  size_t (*filterFloats)(const ColumnsGeometry& g);
  size_t (*workspaceFloats)(const ColumnsGeometry& g);
  /** w: [K, C, r, s]. */
  void (*pack)(const ColumnsGeometry& g, const float* w, float* filters);
  /** Whether so much of one image of dy is 0 that `runSparse` is faster than any other algorithm. It looks at some rows. */
  bool (*mostlyZeros)(const ColumnsGeometry& g, const float* dy);
  using Run = void (*)(const ColumnsGeometry& g, const float* dy, const float* filters, float* dx, float* workspace);
  /** Overwrites dx; each element is one thread's sum, in row-major order of dy. */
  Run run;
  /** The same, where what is 0 in dy is left out. */
  Run runSparse;
};

/** For this processor, as `kernels()`. */
const ColumnsKernels& columnsKernels();

}  // namespace deep_inside
