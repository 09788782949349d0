#pragma once

#include <string>

namespace deep_inside {

/**
 * Physical cores that this process may use (its affinity mask; two hardware threads of a core count once), and no more
 * than its control groups grant it the time of: a container's threads beyond that only wait for each other.
 */
int physicalCores();

/**
 * How many processors' time the control groups grant, rounded down but at least 1; 0 where there is no limit. `root` as
 * for `controlGroups`.
 */
int grantedProcessors(const std::string& root = "");

/** The processor's own name, such as "AMD EPYC 9654 96-Core Processor". */
std::string processorName();

}  // namespace deep_inside
