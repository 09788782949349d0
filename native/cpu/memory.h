#pragma once

#include <memory>

#include "core/memory.h"

namespace deep_inside {

/**
 * Host memory, aligned for vectors, zero-filled unless it is a workspace; large blocks lie on huge pages where the system has
 * them. Throws ERR_MEMORY.
 */
std::shared_ptr<Storage> allocateHost(size_t bytes, Purpose purpose, const std::shared_ptr<MemoryAccount>& account);

}  // namespace deep_inside
