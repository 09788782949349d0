#pragma once

#include <cstdint>

#include "kernels/window.h"

// New values for weights: whether all are finite, and copies that are only made if they are.

namespace deep_inside {

/** The first value that is not finite among those that were looked at. All zeros: none was found. */
struct NotFinite {
  int64_t element;
  float value;
  int32_t operand;  // of those that were looked at, from 1; 0: none
};

inline namespace DEEP_INSIDE_ISA {

/** Loads of a call before it uses the first: a GPU waits for them together. */
constexpr int kLoadsAtOnce = 16;

/** to[j] = from[first + j * stride], or `otherwise` from `end` on. */
template <class T>
DI_HD void loadAtOnce(const T* from, int64_t first, int64_t stride, int64_t end, T otherwise, T (&to)[kLoadsAtOnce]) {
  for (int j = 0; j < kLoadsAtOnce; ++j) to[j] = first + j * stride < end ? from[first + j * stride] : otherwise;
}

/** A round in which nothing was found. */
constexpr int32_t kNoRound = INT32_MAX;

/**
 * round[i] = the first r for which element i + r * stride is not finite, or kNoRound: half of the memory that elements
 * would take. One call for each of `stride`; count / stride is less than kNoRound.
 */
struct FirstNotFinite {
  int64_t count, stride;
  const float* x;  // [count]
  int32_t* round;  // [stride], overwritten

  DI_HD void operator()(int64_t i) const {
    int64_t k = i;
    while (k < count && areFinite(k)) k += kLoadsAtOnce * stride;
    while (k < count && x[k] - x[k] == 0.0f) k += stride;
    round[i] = k < count ? static_cast<int32_t>(k / stride) : kNoRound;
  }

 private:
  /** Elements k, k + stride, ...: x - x is 0, or NaN where x is not finite. */
  DI_HD bool areFinite(int64_t k) const {
    float values[kLoadsAtOnce], sum = 0.0f;
    loadAtOnce(x, k, stride, count, 0.0f, values);
    for (const float value : values) sum += value - value;
    return sum == 0.0f;
  }
};

/** to[i] = the least of the elements that rounds i, i + stride, ... tell of, or `count`. One call for each of `stride`. */
struct Least {
  int64_t count, looks, stride;
  const int32_t* round;  // [looks]
  int64_t* to;           // [stride], overwritten

  DI_HD void operator()(int64_t i) const {
    int32_t least = kNoRound, values[kLoadsAtOnce];
    for (int64_t k = i; k < looks; k += kLoadsAtOnce * stride) {
      loadAtOnce(round, k, stride, looks, kNoRound, values);
      for (const int32_t value : values) least = value < least ? value : least;
    }
    int64_t k = i;
    while (least != kNoRound && round[k] != least) k += stride;
    to[i] = least == kNoRound ? count : least * looks + k;
  }
};

/** What was found in an operand, by parts. */
struct Looked {
  const float* x;  // [count]
  int64_t count;
  const int64_t* first;  // [parts], `count` where a part has none
  int64_t parts;         // 0: there is no such operand
};

/** Notes in `found` the first of w, else of b, unless it holds one already. One call. */
struct NoteNotFinite {
  Looked w, b;
  NotFinite* found;

  DI_HD void operator()(int64_t) const {
    if (found->operand == 0) note(w, 1);
    if (found->operand == 0) note(b, 2);
  }

 private:
  DI_HD void note(const Looked& in, int32_t operand) const {
    int64_t least = in.count, values[kLoadsAtOnce];
    for (int64_t i = 0; i < in.parts; i += kLoadsAtOnce) {
      loadAtOnce(in.first, i, 1, in.parts, in.count, values);
      for (const int64_t value : values) least = smaller(least, value);
    }
    if (least < in.count) *found = {least, in.x[least], operand};
  }
};

/** y = x. */
struct CopyElements {
  const float* x;
  float* y;

  DI_HD void operator()(int64_t i) const { y[i] = x[i]; }
};

/** Another body, where nothing was found. */
template <class Body>
struct UnlessFound {
  const NotFinite* found;
  Body body;

  DI_HD void operator()(int64_t i) const {
    if (found->operand == 0) body(i);
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
