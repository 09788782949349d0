#pragma once

#include <string>
#include <vector>

namespace deep_inside {

/**
 * The folders of the control groups (versions 1 and 2) that bind this process, its own first, for a controller of version
 * 1 such as "memory". `root` comes before the paths of the files that are read; it is empty but for tests.
 */
std::vector<std::string> controlGroups(const std::string& controller, const std::string& root = "");

}  // namespace deep_inside
