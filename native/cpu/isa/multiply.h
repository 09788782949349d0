#pragma once

#include "cpu/isa/lanes.h"

// m[t] = sum over c of v[t][c] * u[c]: the product of a tall and a narrow matrix that stays in registers.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Rows of v and vectors of u that fit the registers together. */
#ifdef __AVX512F__
constexpr int kRows = 14;
#else
constexpr int kRows = 6;
#endif
constexpr int kVectors = 2;

/** A matrix whose columns lie in blocks of kLanes: element (t, c) at data[t * row + c / kLanes * block + c % kLanes]. */
struct BlockedRows {
  const float* data;
  int64_t row, block;
  int64_t blocks;
  const int32_t* which = nullptr;  // the numbers of the blocks that count, all others being zero; null: the first ones
  int64_t last = kLanes;           // columns of the last block that counts: those behind are zero

  BlockedRows from(int64_t first) const { return {data + first * row, row, block, blocks, which, last}; }
};

/** u: [c][vectors * kLanes]; m: [rows][vectors * kLanes]. Overwrites m. */
template <int rows, int vectors>
void multiplyRows(const BlockedRows& v, const float* u, float* m) {
  Lanes sum[rows][vectors] = {};
  for (int64_t b = 0; b < v.blocks; ++b) {
    const int64_t at = v.which ? v.which[b] : b, count = b + 1 < v.blocks ? kLanes : v.last;
    const float *from = v.data + at * v.block, *factors = u + at * kLanes * vectors * kLanes;
    for (int64_t i = 0; i < count; ++i, ++from, factors += vectors * kLanes) {
#pragma GCC unroll 16
      for (int t = 0; t < rows; ++t) {
#pragma GCC unroll 4
        for (int k = 0; k < vectors; ++k) sum[t][k] += from[t * v.row] * lanesAt(factors + k * kLanes);
      }
    }
  }
  // Unrolled too, or the sums would go through memory.
#pragma GCC unroll 16
  for (int t = 0; t < rows; ++t) {
#pragma GCC unroll 4
    for (int k = 0; k < vectors; ++k) lanesAt(m + (t * vectors + k) * kLanes) = sum[t][k];
  }
}

template <int vectors, int rows = kRows>
void multiplyFew(int64_t count, const BlockedRows& v, const float* u, float* m) {
  if (count == rows) return multiplyRows<rows, vectors>(v, u, m);
  if constexpr (rows > 1) multiplyFew<vectors, rows - 1>(count, v, u, m);
}

/** Any number of rows, in parts of nearly equal size. */
template <int vectors>
void multiply(int64_t count, const BlockedRows& v, const float* u, float* m) {
  const int64_t parts = (count + kRows - 1) / kRows;
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t begin = count * part / parts, end = count * (part + 1) / parts;
    multiplyFew<vectors>(end - begin, v.from(begin), u, m + begin * vectors * kLanes);
  }
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
