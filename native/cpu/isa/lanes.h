#pragma once

#include <cstdint>

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
/** The same anywhere in memory. A pointer to it: Clang takes a reference to it for aligned. */
typedef float LanesInMemory __attribute__((vector_size(kLanes * sizeof(float)), aligned(sizeof(float)), may_alias));

inline LanesInMemory* lanesAt(float* p) { return reinterpret_cast<LanesInMemory*>(p); }
inline const LanesInMemory* lanesAt(const float* p) { return reinterpret_cast<const LanesInMemory*>(p); }

/** A sum with its bias, rectified if so wanted (NaN stays NaN), or 0 where the mask (null: none) is not above 0. */
inline void finish(const Lanes& bias, bool relu, const float* mask, Lanes& sum) {
  const Lanes zero = {};
  sum += bias;
  if (relu) sum = sum <= zero ? zero : sum;
  if (mask) sum = *lanesAt(mask) > zero ? sum : zero;
}

/** Finishes a sum and stores it. */
inline void store(const Lanes& sum, const Lanes& bias, bool relu, const float* mask, float* to) {
  Lanes value = sum;
  finish(bias, relu, mask, value);
  *lanesAt(to) = value;
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

/**
 * Writes what is not 0 of a vector (NaN is not), and the numbers of its lanes, the first of which is `first`. Returns
 * how many; may overwrite whole vectors.
 */
inline int64_t compress(const float* from, int32_t first, float* values, int32_t* numbers) {
#ifdef __AVX512F__
  const __m512 all = _mm512_loadu_ps(from);
  const __mmask16 found = _mm512_cmp_ps_mask(all, _mm512_setzero_ps(), _CMP_NEQ_UQ);
  const __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  _mm512_storeu_ps(values, _mm512_maskz_compress_ps(found, all));
  _mm512_storeu_si512(numbers, _mm512_maskz_compress_epi32(found, _mm512_add_epi32(lanes, _mm512_set1_epi32(first))));
  return __builtin_popcount(found);
#else
  int64_t found = 0;
  for (int32_t lane = 0; lane < kLanes; ++lane) {
    values[found] = from[lane];
    numbers[found] = first + lane;
    found += from[lane] != 0.0f;
  }
  return found;
#endif
}

inline void endStream() {
#ifdef __AVX512F__
  _mm_sfence();
#endif
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
