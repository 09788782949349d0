#pragma once

// The one door to cuBLASLt.

#include <cublasLt.h>

#include "core/status.h"

namespace deep_inside {

/** What cuBLASLt answered, in its own words, as ERR_MEMORY, ERR_DEVICE, ERR_UNSUPPORTED or ERR_BACKEND. */
Status cublasLtStatus(cublasStatus_t result, const char* doing);

/** Throws unless it is success. */
inline void check(cublasStatus_t result, const char* doing) { demand(cublasLtStatus(result, doing)); }

}  // namespace deep_inside
