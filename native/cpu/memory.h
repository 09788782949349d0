#pragma once

#include <memory>

#include "core/memory.h"

namespace deep_inside {

/** Zero-filled host memory, aligned for vectors; large blocks lie on huge pages where the system has them. */
std::shared_ptr<Storage> allocateHost(size_t bytes, Purpose purpose, const std::shared_ptr<MemoryAccount>& account);

}  // namespace deep_inside
