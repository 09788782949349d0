#pragma once

#include "core/plans.h"

namespace deep_inside {

/** The weights of a linear layer as they lie: [features][step], outputs beyond `outputs` are 0. */
struct Matrix {
  const float* w;
  int64_t features, outputs, step;
};

/**
 * y = x w + b, then the activation, for few images. Only the rows of w are read that some image multiplies with something;
 * the others would not change a bit of the sums, which run over the features in ascending order.
 */
struct LinearForward {
  Matrix matrix;
  int64_t n;
  const int32_t* features;  // [count], ascending: where x is not 0 for every image
  int64_t count;
  const float* x;     // [n, features]
  const float* bias;  // [outputs] or null
  Activation activation;
  float* sums;  // [n, step], overwritten
  float* y;     // [n, outputs]
};

/** dx = dy w^T for the features that are listed, 0 for the others, whose rows of w are not read. */
struct LinearBackward {
  Matrix matrix;
  int64_t n;
  const int32_t* features;  // [count], ascending
  int64_t count;
  const float* dy;  // [n, outputs]
  float* scratch;   // [backwardFloats]
  float* dx;        // [n, features]
};

/** An element of dy that is not 0. */
struct Entry {
  int32_t image, output;
  float value;
};

/** The kernels of linear layers. Every sum is one thread's, in an order that does not depend on the number of threads. */
struct LinearKernels {
  /** Write to `list`, which has room for one more than there are columns, the columns of x [rows, columns] that have an
   * element that is not 0 (NaN is not), or is above 0; they return how many. */
  int64_t (*listNonZero)(int64_t rows, int64_t columns, const float* x, int32_t* list);
  int64_t (*listAbove0)(int64_t rows, int64_t columns, const float* x, int32_t* list);
  /** Lists what is not 0 in dy [n, outputs], row by row, up to `most`; returns how many, or -1 if there are more. */
  int64_t (*listEntries)(int64_t n, int64_t outputs, const float* dy, int64_t most, Entry* list);

  /** Columns first ... first + count of the matrix from w [count, features]; rows of the matrix are `step` apart. */
  void (*transpose)(const float* w, int64_t features, int64_t first, int64_t count, int64_t step, float* matrix);
  void (*forward)(const LinearForward& f);
  /** y = y + b, then the activation. */
  void (*finish)(int64_t n, int64_t outputs, const float* bias, Activation activation, float* y);
  /** y[c] = the sum of column c of x [rows, columns]. */
  void (*sumColumns)(int64_t rows, int64_t columns, const float* x, float* y);
  size_t (*backwardFloats)(int64_t n, int64_t outputs);
  void (*backward)(const LinearBackward& b);
  /** The same from the entries of dy alone: reads one number of each wanted row per entry. */
  void (*backwardEntries)(const LinearBackward& b, const Entry* entries, int64_t count);
};

/** For this processor, as `kernels()`. */
const LinearKernels& linearKernels();

}  // namespace deep_inside
