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

/** u: [c][vectors * kLanes]. Calls `take(t, k, sum)` with vector k of each row. */
template <int rows, int vectors, class Take>
void multiplyRows(const BlockedRows& v, const float* u, const Take& take) {
  Lanes sum[rows][vectors] = {};
  for (int64_t b = 0; b < v.blocks; ++b) {
    const int64_t at = v.which ? v.which[b] : b, count = b + 1 < v.blocks ? kLanes : v.last;
    const float *from = v.data + at * v.block, *factors = u + at * kLanes * vectors * kLanes;
    for (int64_t i = 0; i < count; ++i, ++from, factors += vectors * kLanes) {
#pragma GCC unroll 16
      for (int t = 0; t < rows; ++t) {
#pragma GCC unroll 4
        for (int k = 0; k < vectors; ++k) sum[t][k] += from[t * v.row] * *lanesAt(factors + k * kLanes);
      }
    }
  }
  // Unrolled too, or the sums would go through memory.
#pragma GCC unroll 16
  for (int t = 0; t < rows; ++t) {
#pragma GCC unroll 4
    for (int k = 0; k < vectors; ++k) take(t, k, sum[t][k]);
  }
}

/** At most `rows` rows. */
template <int vectors, int rows = kRows, class Take>
void multiplyFew(int64_t count, const BlockedRows& v, const float* u, const Take& take) {
  if (count == rows) return multiplyRows<rows, vectors>(v, u, take);
  if constexpr (rows > 1) multiplyFew<vectors, rows - 1>(count, v, u, take);
}

/** Calls `visit(begin, end)` for as few parts of nearly equal size as hold at most kRows rows each. */
template <class Visit>
void eachPart(int64_t count, const Visit& visit) {
  const int64_t parts = (count + kRows - 1) / kRows;
  for (int64_t part = 0; part < parts; ++part) visit(count * part / parts, count * (part + 1) / parts);
}

/** Any number of rows; m: [rows][vectors * kLanes]. Overwrites m. */
template <int vectors>
void multiply(int64_t count, const BlockedRows& v, const float* u, float* m) {
  eachPart(count, [&](int64_t begin, int64_t end) {
    float* to = m + begin * vectors * kLanes;
    multiplyFew<vectors>(end - begin, v.from(begin), u,
                         [to](int t, int k, const Lanes& sum) { *lanesAt(to + (t * vectors + k) * kLanes) = sum; });
  });
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
