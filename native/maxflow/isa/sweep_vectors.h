#pragma once

#include <cstdint>

#include "kernels/platform.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

// Vectors of words for the sweeps, as wide as a register: a wider type would be split up and kept in memory. They never
// pass a function that is not inlined, so that no calling convention depends on the instruction set.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

#if defined(__AVX512BW__)
constexpr int kVectorBytes = 64;
#elif defined(__AVX2__)
constexpr int kVectorBytes = 32;
#else
constexpr int kVectorBytes = 16;
#endif

template <class Word>
constexpr int kLanesOf = kVectorBytes / static_cast<int>(sizeof(Word));
/** The label of what cannot reach the sink; no other is as large. */
template <class Word>
constexpr Word kUnreachable = static_cast<Word>(-1);

template <class Word>
struct WordVector {
  typedef Word Type __attribute__((vector_size(kVectorBytes)));
};
template <class Word>
using Vector = typename WordVector<Word>::Type;

template <class Word>
inline Vector<Word> loadVector(const Word* from) {
  Vector<Word> v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}
template <class Word>
inline void storeVector(Word* to, Vector<Word> v) {
  __builtin_memcpy(to, &v, sizeof v);
}

template <class V>
inline V smallerOf(V a, V b) {
  return a < b ? a : b;
}
template <class V>
inline V largerOf(V a, V b) {
  return a < b ? b : a;
}

/** Whether a lane is not 0. */
template <class V>
inline bool anyOf(V v) {
#if defined(__AVX512BW__)
  const auto bits = reinterpret_cast<__m512i>(v);
  return _mm512_test_epi64_mask(bits, bits) != 0;
#elif defined(__AVX2__)
  const auto bits = reinterpret_cast<__m256i>(v);
  return !_mm256_testz_si256(bits, bits);
#else
  typedef uint64_t Halves __attribute__((vector_size(kVectorBytes)));
  const Halves halves = reinterpret_cast<Halves>(v);
  return (halves[0] | halves[1]) != 0;
#endif
}

template <int... I>
struct Numbers {};
template <int N, int... I>
struct NumbersTo : NumbersTo<N - 1, N - 1, I...> {};
template <int... I>
struct NumbersTo<0, I...> {
  using Type = Numbers<I...>;
};

template <class Word>
using Lanes = typename NumbersTo<kLanesOf<Word>>::Type;

/** The lanes with these numbers, of a and, counting on, of b. */
template <class Word, int... I>
inline Vector<Word> chosen(Vector<Word> a, Vector<Word> b, Numbers<I...>) {
#if defined(__clang__) || __GNUC__ >= 12
  return __builtin_shufflevector(a, b, I...);
#else
  return __builtin_shuffle(a, b, Vector<Word>{static_cast<Word>(I)...});
#endif
}

template <class Word, int... I>
inline Vector<Word> fromLeft(Vector<Word> v, Numbers<I...>) {
  return chosen<Word>(v, Vector<Word>{}, Numbers<(I == 0 ? kLanesOf<Word> : I - 1)...>());
}
/** To each lane what its left neighbour has, and 0 to the first. */
template <class Word>
inline Vector<Word> fromLeft(Vector<Word> v) {
  return fromLeft<Word>(v, Lanes<Word>());
}

template <class Word, int... I>
inline Vector<Word> fromRight(Vector<Word> v, Numbers<I...>) {
  return chosen<Word>(v, Vector<Word>{}, Numbers<(I + 1)...>());
}
/** To each lane what its right neighbour has, and 0 to the last. */
template <class Word>
inline Vector<Word> fromRight(Vector<Word> v) {
  return fromRight<Word>(v, Lanes<Word>());
}

template <class Word, int... I>
inline Vector<Word> onlyLane(int lane, Numbers<I...>) {
  return Vector<Word>{static_cast<Word>(I == lane ? -1 : 0)...};
}
/** All bits of one lane. */
template <class Word>
inline Vector<Word> onlyLane(int lane) {
  return onlyLane<Word>(lane, Lanes<Word>());
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
