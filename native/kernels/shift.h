#pragma once

#include <cstddef>

#include "kernels/planes.h"

// Pictures that are rolled around their edges: y[(row + offsets[0]) mod rows, (col + offsets[1]) mod cols] = x[row, col].

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Where what lands on `place` of a side of `length` comes from. */
DI_HD int64_t before(int64_t place, int64_t by, int64_t length) {
  const int64_t from = (place - by) % length;
  return from < 0 ? from + length : from;
}

/** Two runs of memory for a row of a plane, channels that lie side by side together. Calls: rows of all planes. */
struct ShiftRows {
  Planes at;
  const int32_t* offsets;  // [n, 2]
  const float* x;          // as it lies, channel padding 0; not y
  float* y;

  DI_HD void operator()(int64_t i) const {
    const int64_t plane = i / at.h, row = i % at.h, length = at.w * at.b;
    const int32_t* by = offsets + 2 * (plane / blocks(at));
    const float* from = x + (plane * at.h + before(row, by[0], at.h)) * length;
    float* to = y + i * length;
    const int64_t first = before(0, by[1], at.w) * at.b;
    copy(to, from + first, length - first);
    copy(to + length - first, from, first);
  }

  DI_HD static void copy(float* to, const float* from, int64_t count) {
    __builtin_memcpy(to, from, static_cast<size_t>(count) * sizeof(float));
  }
};

/** The same, one call per stored element. */
struct ShiftElements : ShiftRows {
  DI_HD void operator()(int64_t i) const {
    const Element to = elementAt(i, at.h, at.w, at.b);
    const int32_t* by = offsets + 2 * (to.plane / blocks(at));
    const int64_t row = before(to.row, by[0], at.h), col = before(to.col, by[1], at.w);
    y[i] = x[((to.plane * at.h + row) * at.w + col) * at.b + to.lane];
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
