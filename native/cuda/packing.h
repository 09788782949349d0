#pragma once

#include "core/tensor.h"

namespace deep_inside {

/** Between the dense elements that users see and the tensor as it lies; on the host, and without CUDA. */
void pack(const Tensor& like, const void* dense, void* lying);
void unpack(const Tensor& like, const void* lying, void* dense);

}  // namespace deep_inside
