#pragma once

// The one door to cuDNN.

#include <cudnn.h>

#include <string>

namespace deep_inside {

/**
 * The first part of cuDNN that cannot be loaded, or nothing. To be asked before the first call: an incomplete cuDNN
 * aborts the process instead of answering.
 */
std::string missingPartOfCudnn();

}  // namespace deep_inside
