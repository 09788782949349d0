#include "core/instruction_set.h"

#include <cstdlib>
#include <cstring>

namespace deep_inside {

namespace {

InstructionSet choose() {
#ifdef __x86_64__
  const char* limit = std::getenv("DEEP_INSIDE_ISA");
  const bool noAvx512 = limit && (!std::strcmp(limit, "avx2") || !std::strcmp(limit, "baseline"));
  const bool noAvx2 = limit && !std::strcmp(limit, "baseline");
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx512 && !noAvx512) return InstructionSet::Avx512;
  if (avx2 && !noAvx2) return InstructionSet::Avx2;
#endif
  return InstructionSet::Baseline;
}

}  // namespace

InstructionSet instructionSet() {
  static const InstructionSet chosen = choose();
  return chosen;
}

}  // namespace deep_inside
