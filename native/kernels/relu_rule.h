#pragma once

#include <cstdint>

namespace deep_inside {

/** What a ReLU does to the signal on its way back: the three rules differ only here. */
enum class ReluRule { Gradient, Deconvnet, Guided };

}  // namespace deep_inside
