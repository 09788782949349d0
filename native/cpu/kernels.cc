#include "cpu/kernels.h"

#include <cstdlib>
#include <cstring>

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

namespace {

/** Whether the processor can, and the user has not forbidden it. */
const Kernels& choose() {
#ifdef __x86_64__
  const char* limit = std::getenv("DEEP_INSIDE_ISA");
  const bool noAvx512 = limit && (!std::strcmp(limit, "avx2") || !std::strcmp(limit, "baseline"));
  const bool noAvx2 = limit && !std::strcmp(limit, "baseline");
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx512 && !noAvx512) return deep_inside::avx512::table;
  if (avx2 && !noAvx2) return deep_inside::avx2::table;
#endif
  return deep_inside::baseline::table;
}

}  // namespace

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace deep_inside
