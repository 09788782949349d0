#include "cpu/kernels.h"

#include "core/instruction_set.h"

namespace deep_inside {

DI_DECLARE_TABLES(Kernels, table)

const Kernels& kernels() { return DI_CHOSEN_TABLE(table); }

}  // namespace deep_inside
