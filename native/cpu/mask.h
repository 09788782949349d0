#pragma once

#include "core/tensor.h"
#include "cpu/kernels.h"

namespace deep_inside {

/** dx = 0 where the mask is not above 0; image i of dx belongs to image i / m of a mask with m times fewer images. */
inline void applyMask(const Tensor& mask, const Tensor& dx) {
  if (!mask.storage) return;
  const int64_t n = dx.shape[0];
  kernels().reluBackward(ReluRule::Gradient, n, perImage(mask, dx), dx.storedElements() / n, mask.floats(), dx.floats(),
                         dx.floats());
}

}  // namespace deep_inside
