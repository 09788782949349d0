#pragma once

#include <cstdint>

namespace deep_inside {

/** Channels that are mixed at most (kernels/colours.h): those of a pixel stay in registers. */
constexpr int64_t kMostMixed = 4;

/** The direction in which the pixels of a blur's sum lie: Rows is from row to row, vertically. */
enum class BlurAxis { Rows, Cols };

}  // namespace deep_inside
