#include "cpu/pointwise.h"

#include "core/instruction_set.h"

namespace deep_inside {

DI_DECLARE_TABLES(PointwiseKernels, pointwise)

const PointwiseKernels& pointwiseKernels() { return DI_CHOSEN_TABLE(pointwise); }

}  // namespace deep_inside
