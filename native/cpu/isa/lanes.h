#pragma once

#include "kernels/platform.h"

#ifdef __AVX512F__
#include <immintrin.h>
#endif

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

/** A sum with its bias, rectified if so wanted (NaN stays NaN), or 0 where the mask (null: none) is not above 0. */
inline void finish(const Lanes& bias, bool relu, const float* mask, Lanes& sum) {
  const Lanes zero = {};
  sum += bias;
  if (relu) sum = sum <= zero ? zero : sum;
  if (mask) sum = lanesAt(mask) > zero ? sum : zero;
}

/** Finishes a sum and stores it. */
inline void store(const Lanes& sum, const Lanes& bias, bool relu, const float* mask, float* to) {
  Lanes value = sum;
  finish(bias, relu, mask, value);
  lanesAt(to) = value;
}

/** The same past the caches, where a vector is a whole line of them; other threads see it after `endStream`. */
inline void stream(const Lanes& sum, const Lanes& bias, bool relu, const float* mask, float* to) {
#ifdef __AVX512F__
  Lanes value = sum;
  finish(bias, relu, mask, value);
  _mm512_stream_ps(to, reinterpret_cast<const __m512&>(value));
#else
  store(sum, bias, relu, mask, to);
#endif
}

inline void endStream() {
#ifdef __AVX512F__
  _mm_sfence();
#endif
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
