#pragma once

#include <cstddef>

namespace deep_inside::cuda {

/** For one plan; what needs more is seldom the fastest, and takes memory from the images. */
constexpr size_t kMostWorkspace = size_t{1} << 30;

}  // namespace deep_inside::cuda
