#pragma once

#include <cstdint>

#include "kernels/platform.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Floats of one vector register. */
#if defined(__CUDACC__)
constexpr int kWidest = 1;
#elif defined(__AVX512F__)
constexpr int kWidest = 16;
#elif defined(__AVX__)
constexpr int kWidest = 8;
#else
constexpr int kWidest = 4;
#endif

/** B numbers that lie side by side, as one vector of the compiler's (GCC and Clang): +, <, ?: and so on by element. */
template <int B>
struct LaneTypes {
  typedef float Floats __attribute__((vector_size(B * sizeof(float))));
  typedef int32_t Ints __attribute__((vector_size(B * sizeof(int32_t))));
};
template <>
struct LaneTypes<1> {
  using Floats = float;
  using Ints = int32_t;
};
template <int B>
using Floats = typename LaneTypes<B>::Floats;
template <int B>
using Ints = typename LaneTypes<B>::Ints;

template <class Lanes, class T>
DI_HD Lanes load(const T* from) {
  Lanes lanes;
  __builtin_memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

template <class Lanes, class T>
DI_HD void store(T* to, Lanes lanes) {
  __builtin_memcpy(to, &lanes, sizeof lanes);
}

/** Whether one of them is not 0. */
template <int B>
DI_HD bool any(Ints<B> lanes) {
  int32_t each[B], all = 0;
  store(each, lanes);
  for (int lane = 0; lane < B; ++lane) all |= each[lane];
  return all != 0;
}

/** A row of B channels that lie side by side, within one block. */
struct LaneRow {
  int64_t plane;  // which [h, w, b] of the tensor
  int64_t lane;   // the first of the B channels within the block
  int64_t h;
};

/** Row i of a tensor with `rows` rows in a plane and `b` channels side by side. */
template <int B>
DI_HD LaneRow laneRow(int64_t i, int64_t rows, int64_t b) {
  const int64_t groups = b / B;
  return {i / rows / groups, i / rows % groups * B, i % rows};
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
