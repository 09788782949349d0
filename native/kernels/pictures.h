#pragma once

#include <cstdint>

namespace deep_inside {

/** Channels that are mixed at most (kernels/colours.h): those of a pixel stay in registers. */
constexpr int64_t kMostMixed = 4;

}  // namespace deep_inside
