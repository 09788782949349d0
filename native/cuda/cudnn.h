#pragma once

// The one door to cuDNN.

#include <cudnn.h>

#include <string>

#include "core/status.h"

namespace deep_inside {

/**
 * The first part of cuDNN that cannot be loaded, or nothing. To be asked before the first call: an incomplete cuDNN
 * aborts the process instead of answering.
 */
std::string missingPartOfCudnn();

/**
 * Whether the parts can be loaded that compile kernels, which only graphs need: as `missingPartOfCudnn`, to be asked
 * before the first of them.
 */
bool cudnnCompiles();

/** What cuDNN answered, in its own words, as ERR_MEMORY, ERR_DEVICE, ERR_UNSUPPORTED or ERR_BACKEND. */
Status cudnnStatus(cudnnStatus_t result, const char* doing);

/** Throws unless it is success. */
inline void check(cudnnStatus_t result, const char* doing) { demand(cudnnStatus(result, doing)); }

}  // namespace deep_inside
