// Compiled once per instruction set, as isa/kernels.cc.

#include "cpu/isa/linear_backward.h"
#include "cpu/isa/linear_forward.h"
#include "cpu/isa/linear_lists.h"
#include "kernels/column_sums.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

/** Squares of the matrix, a cache line wide, that stay in the nearest cache. */
constexpr int64_t kSquare = 16;

void transpose(const float* w, int64_t features, int64_t first, int64_t count, int64_t step, float* matrix) {
#pragma omp parallel for schedule(static) if (features * count > kLinearAlone)
  for (int64_t i = 0; i < features; i += kSquare)
    for (int64_t k = 0; k < count; k += kSquare)
      for (int64_t row = i; row < smaller(i + kSquare, features); ++row)
        for (int64_t column = k; column < smaller(k + kSquare, count); ++column)
          matrix[row * step + first + column] = w[column * features + row];
}

void sumColumns(int64_t rows, int64_t columns, const float* x, float* y) {
  const ColumnSums body{rows, columns, x, y};
#pragma omp parallel for simd schedule(static) if (rows * columns > kLinearAlone)
  for (int64_t c = 0; c < columns; ++c) body(c);
}

}  // namespace

extern const LinearKernels linear;
const LinearKernels linear = {
    listColumns<IsNonZero>, listColumns<IsAbove0>, listEntries,    transpose, linearForward, finish, sumColumns,
    backwardFloats,         linearBackward,        backwardEntries};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
