#pragma once

#include <string>

namespace deep_inside {

/** Physical cores that this process may use (its affinity mask; two hardware threads of a core count once). */
int physicalCores();

/** The processor's own name, such as "AMD EPYC 9654 96-Core Processor". */
std::string processorName();

}  // namespace deep_inside
