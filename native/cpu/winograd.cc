#include "cpu/winograd.h"

#include "core/instruction_set.h"

namespace deep_inside {

DI_DECLARE_TABLES(WinogradKernels, winograd)

const WinogradKernels& winogradKernels() { return DI_CHOSEN_TABLE(winograd); }

}  // namespace deep_inside
