#include "cpu/columns.h"

#include "core/instruction_set.h"

namespace deep_inside {

DI_DECLARE_TABLES(ColumnsKernels, columns)

const ColumnsKernels& columnsKernels() { return DI_CHOSEN_TABLE(columns); }

}  // namespace deep_inside
