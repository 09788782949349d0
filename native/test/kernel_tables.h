#pragma once

#include <limits>
#include <vector>

#include "cpu/kernels.h"
#include "kernels/channels.h"
#include "test/harness.h"

// The kernel bodies of every instruction set that this processor has, on vectors of exactly the right size, so that
// AddressSanitizer sees a step outside.

namespace deep_inside {

namespace baseline {
extern const Kernels table;
}
#ifdef __x86_64__
namespace avx2 {
extern const Kernels table;
}
namespace avx512 {
extern const Kernels table;
}
#endif

}  // namespace deep_inside

namespace deep_inside::test {

using Values = std::vector<float>;

inline std::vector<const Kernels*> tables() {
  std::vector<const Kernels*> all{&deep_inside::baseline::table};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) all.push_back(&deep_inside::avx2::table);
  if (__builtin_cpu_supports("avx512bw")) all.push_back(&deep_inside::avx512::table);
#endif
  return all;
}

inline constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/** n images that follow one another. */
inline Images<const float> from(const Values& x, int64_t n = 1) {
  return {x.data(), static_cast<int64_t>(x.size()) / n};
}
inline Images<float> into(Values& y, int64_t n = 1) { return {y.data(), static_cast<int64_t>(y.size()) / n}; }

/** [n, c, h, w] in blocks of b from its dense form; padding is zero. */
inline Values blocked(const Kernels& k, const Planes& at, const Values& dense) {
  Values lying(static_cast<size_t>(stored(at)));
  k.reorder({at.n, at.c, at.h, at.w, 1}, at, from(dense, at.n), into(lying, at.n));
  return lying;
}

inline Values dense(const Kernels& k, const Planes& at, const Values& lying) {
  const Planes to{at.n, at.c, at.h, at.w, 1};
  Values values(static_cast<size_t>(stored(to)));
  k.reorder(at, to, from(lying, at.n), into(values, at.n));
  return values;
}

inline bool paddingIsZero(const Planes& at, const Values& lying) {
  for (int64_t n = 0; n < at.n; ++n)
    for (int64_t c = at.c; c < blocks(at) * at.b; ++c)
      for (int64_t pixel = 0; pixel < area(at); ++pixel)
        if (lying[static_cast<size_t>(offset(at, n, c, 0, pixel))] != 0.0f) return false;
  return true;
}

/** A 3x3 window of stride 2 that covers 7x5 with one row and column of padding on every side. */
inline constexpr Window kOverlapping{3, 3, 2, 2, 1, 1, 1, 1, 4, 3};

}  // namespace deep_inside::test
