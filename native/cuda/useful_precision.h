#pragma once

#include "core/plans.h"

namespace deep_inside::cuda {

/** Before it, tensor cores have neither TensorFloat-32 nor bfloat16: nothing is won. */
constexpr int kFirstWithTf32 = 8;

/** As far as products may be rounded where that is faster: on a device of compute capability `major`. */
inline Precision usefulPrecision(Precision wanted, int major) {
  return major < kFirstWithTf32 ? Precision::Float32 : wanted;
}

}  // namespace deep_inside::cuda
