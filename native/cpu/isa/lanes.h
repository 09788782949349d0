#pragma once

#include "kernels/platform.h"

// Vectors for the kernels that need registers by number: one AVX-512 register, or 8 floats in one AVX or two SSE or
// NEON registers. They are passed by reference only, so that no calling convention depends on the instruction set.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

#ifdef __AVX512F__
constexpr int kLanes = 16;
#else
constexpr int kLanes = 8;
#endif

typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));
/** The same anywhere in memory. */
typedef float LanesInMemory __attribute__((vector_size(kLanes * sizeof(float)), aligned(sizeof(float)), may_alias));

inline LanesInMemory& lanesAt(float* p) { return *reinterpret_cast<LanesInMemory*>(p); }
inline const LanesInMemory& lanesAt(const float* p) { return *reinterpret_cast<const LanesInMemory*>(p); }

/** Stores a sum with its bias, rectified if so wanted, or 0 where the mask (null: none) is not above 0. */
inline void store(const Lanes& sum, const Lanes& bias, bool relu, const float* mask, float* to) {
  const Lanes zero = {};
  Lanes value = sum + bias;
  if (relu) value = value > zero ? value : zero;
  if (mask) value = lanesAt(mask) > zero ? value : zero;
  lanesAt(to) = value;
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
