#pragma once

#include "cpu/linear_kernels.h"
#include "kernels/window.h"

// What of a linear layer need not be computed, or read.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

struct IsNonZero {
  int32_t operator()(float x) const { return !(x == 0.0f); }
};
struct IsAbove0 {
  int32_t operator()(float x) const { return x > 0.0f; }
};

/** Columns of x [rows, columns] that count in some row. Free of branches, which would be mispredicted half the time. */
template <class Counts>
int64_t listColumns(int64_t rows, int64_t columns, const float* x, int32_t* list) {
  constexpr int64_t kChunk = 256;
  int64_t found = 0;
  for (int64_t first = 0; first < columns; first += kChunk) {
    const int64_t size = smaller(kChunk, columns - first);
    int32_t counts[kChunk] = {};
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t i = 0; i < size; ++i) counts[i] |= Counts{}(x[r * columns + first + i]);
    for (int64_t i = 0; i < size; ++i) {
      list[found] = static_cast<int32_t>(first + i);
      found += counts[i];
    }
  }
  return found;
}

inline int64_t listEntries(int64_t n, int64_t outputs, const float* dy, int64_t most, Entry* list) {
  int64_t found = 0;
  for (int64_t r = 0; r < n; ++r)
    for (int64_t j = 0; j < outputs; ++j) {
      const float value = dy[r * outputs + j];
      if (value == 0.0f) continue;
      if (found == most) return -1;
      list[found++] = {static_cast<int32_t>(r), static_cast<int32_t>(j), value};
    }
  return found;
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
