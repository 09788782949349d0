#pragma once

#include "core/tensor.h"

namespace deep_inside {

/** The dense elements that users see of a tensor as it lies; on the host, and without CUDA. */
void unpack(const Tensor& like, const void* lying, void* dense);

}  // namespace deep_inside
