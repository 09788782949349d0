#pragma once

#include <cstddef>
#include <string>

namespace deep_inside {

// How much memory this process may take. Where a limit is unknown or there is none, it is kNoLimit. `root` comes before
// the paths of the files that are read; it is empty but for tests.

constexpr size_t kNoLimit = static_cast<size_t>(-1);

/** The tightest limit of the control groups (versions 1 and 2) that this process is in, in bytes. */
size_t controlGroupLimit(const std::string& root = "");

/** What this process holds of the machine's memory, in bytes. */
size_t residentMemory(const std::string& root = "");

/** What this process has of the machine's memory, and what it could still get without swapping, in bytes. */
size_t machineLimit(const std::string& root = "");

/**
 * What may be taken of the address space that `ulimit -v` grants, in bytes. Some of it must stay: oneDNN, OpenMP and V8
 * do not survive a mapping that fails.
 */
size_t spareAddressSpace();

}  // namespace deep_inside
