#pragma once

#include <cstdint>

#include "kernels/platform.h"

// New values for weights: whether all are finite, and copies that are only made if they are.

namespace deep_inside {

/** The first value that is not finite among those that were looked at. All zeros: none was found. */
struct NotFinite {
  int64_t element;
  float value;
  int32_t operand;  // of those that were looked at, from 1; 0: none
};

inline namespace DEEP_INSIDE_ISA {

/** first[i] = the first of elements i, i + stride, ... that is not finite, or `count`. One call for each of `stride`. */
struct FirstNotFinite {
  int64_t count, stride;
  const float* x;  // [count]
  int64_t* first;  // [stride], overwritten

  DI_HD void operator()(int64_t i) const {
    int64_t found = count;
    for (int64_t k = i; k < count; k += stride) found = found == count && x[k] - x[k] != 0.0f ? k : found;
    first[i] = found;
  }
};

/** to[i] = the least of from[i], from[i + stride], ... One call for each of `stride`. */
struct Least {
  int64_t count, stride;
  const int64_t* from;  // [count]
  int64_t* to;          // [stride], overwritten

  DI_HD void operator()(int64_t i) const {
    int64_t least = from[i];
    for (int64_t k = i + stride; k < count; k += stride) least = from[k] < least ? from[k] : least;
    to[i] = least;
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
    int64_t least = in.count;
    for (int64_t i = 0; i < in.parts; ++i) least = in.first[i] < least ? in.first[i] : least;
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
