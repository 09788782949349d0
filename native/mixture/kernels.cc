#include "mixture/kernels.h"

#include "core/instruction_set.h"

namespace deep_inside {

DI_DECLARE_TABLES(ColourKernels, colours)

const ColourKernels& colourKernels() { return DI_CHOSEN_TABLE(colours); }

}  // namespace deep_inside
