#pragma once

// Tables of kernels exist once per instruction set (isa/): in namespaces baseline and, on x86-64, avx2 and avx512.

namespace deep_inside {

enum class InstructionSet { Baseline, Avx2, Avx512 };

/** What the processor can, unless DEEP_INSIDE_ISA=baseline|avx2|avx512 in the environment lowers it. */
InstructionSet instructionSet();

}  // namespace deep_inside

#ifdef __x86_64__
#define DI_DECLARE_TABLES(Table, name) \
  namespace baseline {                 \
  extern const Table name;             \
  }                                    \
  namespace avx2 {                     \
  extern const Table name;             \
  }                                    \
  namespace avx512 {                   \
  extern const Table name;             \
  }
#define DI_CHOSEN_TABLE(name)                                \
  (instructionSet() == InstructionSet::Avx512 ? avx512::name \
   : instructionSet() == InstructionSet::Avx2 ? avx2::name   \
                                              : baseline::name)
#else
#define DI_DECLARE_TABLES(Table, name) \
  namespace baseline {                 \
  extern const Table name;             \
  }
#define DI_CHOSEN_TABLE(name) (baseline::name)
#endif
