#include "cpu/linear_kernels.h"

#include "core/instruction_set.h"

namespace deep_inside {

DI_DECLARE_TABLES(LinearKernels, linear)

const LinearKernels& linearKernels() { return DI_CHOSEN_TABLE(linear); }

}  // namespace deep_inside
